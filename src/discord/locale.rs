//! Names and descriptions of commands and options in languages other than English.
//!
//! Each entry begins with the English name of a command, followed by those of a subcommand and an option, if
//! any. Then come Ukrainian, Russian, German and French. Names are in lower case and without spaces, as
//! Discord requires.

use serde_json::{Map, Value, json};

/// Discord's codes for the languages, in the order of the texts.
const LOCALES: [&str; 4] = ["uk", "ru", "de", "fr"];

/// A name and a description in one language.
type Text = (&'static str, &'static str);

/// All translations.
const TEXTS: &[(&str, [Text; 4])] = &[
    (
        "ask",
        [
            ("запитати", "Запитайте звичайними словами, хто що сказав"),
            ("спросить", "Спросите обычными словами, кто что сказал"),
            ("fragen", "Frag in normalen Worten, wer was gesagt hat"),
            ("demander", "Demandez en langage courant qui a dit quoi"),
        ],
    ),
    (
        "ask question",
        [
            ("питання", "Ваше питання (англійською)"),
            ("вопрос", "Ваш вопрос (по-английски)"),
            ("frage", "Deine Frage (auf Englisch)"),
            ("question", "Votre question (en anglais)"),
        ],
    ),
    (
        "said",
        [
            ("сказав", "Що хтось сказав: за темою, днями та виданням"),
            ("сказал", "Что кто-то сказал: по теме, дням и изданию"),
            ("gesagt", "Was jemand gesagt hat, nach Thema, Tagen und Medium"),
            ("propos", "Ce que quelqu'un a dit, par sujet, dates et média"),
        ],
    ),
    ("said speaker", SPEAKER),
    ("said topic", TOPIC),
    (
        "said after",
        [
            ("від", "Перший день: 2025-12-02"),
            ("с", "Первый день: 2025-12-02"),
            ("ab", "Der erste Tag: 2025-12-02"),
            ("depuis", "Le premier jour : 2025-12-02"),
        ],
    ),
    (
        "said before",
        [
            ("до", "Останній день: 2025-12-31"),
            ("по", "Последний день: 2025-12-31"),
            ("bis", "Der letzte Tag: 2025-12-31"),
            ("jusque", "Le dernier jour : 2025-12-31"),
        ],
    ),
    ("said outlet", OUTLET),
    (
        "who-said",
        [
            ("хто-сказав", "Чиї це слова і чи так їх процитовано"),
            ("кто-сказал", "Чьи это слова и так ли они процитированы"),
            ("wer-sagte", "Wessen Worte das sind, und ob sie so belegt sind"),
            ("qui-a-dit", "De qui sont ces mots, et s'ils sont attestés ainsi"),
        ],
    ),
    (
        "who-said phrase",
        [
            ("слова", "Слова, навіть приблизно (англійською)"),
            ("слова", "Слова, хотя бы примерно (по-английски)"),
            ("worte", "Die Worte, auch ungefähr (auf Englisch)"),
            ("mots", "Les mots, même approximatifs (en anglais)"),
        ],
    ),
    (
        "check",
        [
            ("перевірити", "Чи є цитата в архіві і що в ній змінено"),
            ("проверить", "Есть ли цитата в архиве и что в ней изменено"),
            ("prüfen", "Ob ein Zitat belegt ist, und was daran geändert wurde"),
            ("verifier", "Si une citation est attestée, et ce qui y est changé"),
        ],
    ),
    (
        "check quote",
        [
            ("цитата", "Цитата, яку треба перевірити (англійською)"),
            ("цитата", "Цитата, которую нужно проверить (по-английски)"),
            ("zitat", "Das zu prüfende Zitat (auf Englisch)"),
            ("citation", "La citation à vérifier (en anglais)"),
        ],
    ),
    ("check speaker", SPEAKER),
    (
        "latest",
        [
            ("останні", "Найновіші цитати, усіх або однієї людини"),
            ("последние", "Новейшие цитаты, всех или одного человека"),
            ("neueste", "Die neuesten Zitate, von allen oder von einer Person"),
            ("dernieres", "Les citations les plus récentes, de tous ou d'une personne"),
        ],
    ),
    ("latest speaker", SPEAKER),
    ("latest topic", TOPIC),
    (
        "article",
        [
            ("стаття", "Усі цитати однієї статті"),
            ("статья", "Все цитаты одной статьи"),
            ("artikel", "Alle Zitate eines Artikels"),
            ("article", "Toutes les citations d'un article"),
        ],
    ),
    (
        "article article",
        [
            ("стаття", "Її адреса, ідентифікатор або слова заголовка"),
            ("статья", "Её адрес, идентификатор или слова заголовка"),
            ("artikel", "Seine Adresse, seine Kennung oder Worte des Titels"),
            ("article", "Son adresse, son identifiant ou des mots du titre"),
        ],
    ),
    (
        "positions",
        [
            ("позиції", "Що сторони кажуть про предмет переговорів, їхніми словами"),
            ("позиции", "Что стороны говорят о предмете переговоров, их словами"),
            ("positionen", "Welche Position die Parteien in einer Sache haben, in ihren eigenen Worten"),
            ("positions", "La position des parties sur un sujet, dans leurs propres mots"),
        ],
    ),
    (
        "positions matter",
        [
            ("предмет", "Про що ведуться переговори, наприклад: territory"),
            ("предмет", "О чём идут переговоры, например: territory"),
            ("sache", "Worüber verhandelt wird, etwa: territory"),
            ("sujet", "Ce qui se négocie, par exemple : territory"),
        ],
    ),
    (
        "positions party",
        [
            ("сторона", "Лише ця сторона, раунд за раундом"),
            ("сторона", "Только эта сторона, раунд за раундом"),
            ("partei", "Nur diese Partei, Runde für Runde"),
            ("partie", "Seulement cette partie, cycle par cycle"),
        ],
    ),
    (
        "positions round",
        [
            ("раунд", "Лише на цьому раунді переговорів і після нього"),
            ("раунд", "Только на этом раунде переговоров и после него"),
            ("runde", "Nur bei dieser Verhandlungsrunde und danach"),
            ("cycle", "Seulement lors de ce cycle de pourparlers et après"),
        ],
    ),
    (
        "round",
        [
            ("раунд", "Хто зустрічався і що кожна сторона казала до, під час і після"),
            ("раунд", "Кто встречался и что каждая сторона говорила до, во время и после"),
            ("runde", "Wer sich traf, und was jede Seite davor, dabei und danach sagte"),
            ("cycle", "Qui s'est rencontré, et ce que chacun a dit avant, pendant et après"),
        ],
    ),
    (
        "round name",
        [
            ("назва", "Його назва або місце"),
            ("название", "Его название или место"),
            ("name", "Ihr Name oder ihr Ort"),
            ("nom", "Son nom ou son lieu"),
        ],
    ),
    (
        "speaker",
        [
            ("мовець", "Хто це: посади, сторона, скільки цитат, про що й де"),
            ("оратор", "Кто это: должности, сторона, сколько цитат, о чём и где"),
            ("sprecher", "Wer jemand ist: Ämter, Partei, wie oft zitiert, worüber und wo"),
            ("orateur", "Qui est-ce : fonctions, camp, nombre de citations, sujets et médias"),
        ],
    ),
    (
        "speaker name",
        [
            ("ім'я", "Хто, під будь-яким ім'ям"),
            ("имя", "Кто, под любым именем"),
            ("name", "Wer, unter irgendeinem Namen"),
            ("nom", "Qui, sous n'importe quel nom"),
        ],
    ),
    (
        "follow",
        [
            ("стежити", "Отримувати нові цитати людини, сторони, на тему чи з видання"),
            ("следить", "Получать новые цитаты человека, стороны, по теме или из издания"),
            ("folgen", "Neue Zitate einer Person, Partei, Sache oder eines Mediums erhalten"),
            (
                "suivre",
                "Recevoir les nouvelles citations d'une personne, d'une partie, d'un sujet ou d'un média",
            ),
        ],
    ),
    ("follow speaker", SPEAKER),
    ("follow party", PARTY),
    ("follow matter", MATTER),
    ("follow outlet", OUTLET),
    ("follow here", HERE),
    (
        "following",
        [
            ("стежу", "За чим стежите ви та цей канал"),
            ("слежу", "За чем следите вы и этот канал"),
            ("gefolgt", "Wem oder was du und dieser Kanal folgen"),
            ("suivis", "Ce que vous et ce salon suivez"),
        ],
    ),
    (
        "unfollow",
        [
            ("не-стежити", "Перестати стежити за чимось"),
            ("не-следить", "Перестать следить за чем-либо"),
            ("entfolgen", "Einer Person oder Sache nicht mehr folgen"),
            ("ne-plus-suivre", "Ne plus suivre une personne ou un sujet"),
        ],
    ),
    (
        "unfollow what",
        [
            ("що", "За чим стежать, за назвою"),
            ("что", "За чем следят, по названию"),
            ("was", "Wem oder was, mit Namen"),
            ("quoi", "Qui ou quoi, par son nom"),
        ],
    ),
    ("unfollow here", HERE),
    (
        "timeline",
        [
            ("хронологія", "Діаграма: хто, як часто й про що говорив, з раундами переговорів"),
            ("хронология", "Диаграмма: кто, как часто и о чём говорил, с раундами переговоров"),
            ("zeitachse", "Ein Diagramm: wer wie oft worüber sprach, mit den Verhandlungsrunden"),
            (
                "chronologie",
                "Un graphique : qui a parlé, combien de fois et de quoi, avec les cycles de pourparlers",
            ),
        ],
    ),
    (
        "timeline speaker",
        [
            ("мовець", "Лише ця людина, за предметами"),
            ("оратор", "Только этот человек, по предметам"),
            ("sprecher", "Nur diese Person, Sache für Sache"),
            ("orateur", "Seulement cette personne, sujet par sujet"),
        ],
    ),
    (
        "timeline party",
        [
            ("сторона", "Лише ця сторона, за мовцями"),
            ("сторона", "Только эта сторона, по ораторам"),
            ("partei", "Nur diese Partei, Sprecher für Sprecher"),
            ("partie", "Seulement cette partie, orateur par orateur"),
        ],
    ),
    (
        "timeline matter",
        [
            ("предмет", "Лише сказане про цей предмет"),
            ("предмет", "Только сказанное об этом предмете"),
            ("sache", "Nur, was zu dieser Sache gesagt wurde"),
            ("sujet", "Seulement ce qui a été dit sur ce sujet"),
        ],
    ),
    (
        "export",
        [
            ("експорт", "Усі цитати, що відповідають на питання, одним файлом"),
            ("экспорт", "Все цитаты, отвечающие на вопрос, одним файлом"),
            ("export", "Alle Zitate, die eine Frage beantworten, als Datei"),
            ("exporter", "Toutes les citations qui répondent à une question, en fichier"),
        ],
    ),
    (
        "export question",
        [
            ("питання", "Ваше питання (англійською)"),
            ("вопрос", "Ваш вопрос (по-английски)"),
            ("frage", "Deine Frage (auf Englisch)"),
            ("question", "Votre question (en anglais)"),
        ],
    ),
    (
        "export json",
        [
            ("json", "JSON замість CSV"),
            ("json", "JSON вместо CSV"),
            ("json", "JSON statt CSV"),
            ("json", "JSON au lieu de CSV"),
        ],
    ),
    (
        "status",
        [
            ("стан", "Стан бота та його індексу"),
            ("состояние", "Состояние бота и его индекса"),
            ("status", "Zustand des Bots und seines Index"),
            ("etat", "État du bot et de son index"),
        ],
    ),
    (
        "reindex",
        [
            ("оновити", "Зараз пошукати нові та змінені статті"),
            ("обновить", "Сейчас поискать новые и изменённые статьи"),
            ("neu-einlesen", "Jetzt nach neuen und geänderten Artikeln sehen"),
            ("reindexer", "Chercher maintenant les articles nouveaux et modifiés"),
        ],
    ),
    (
        "reindex full",
        [
            ("повністю", "Побудувати весь індекс заново; тим часом відповідає чинний"),
            ("полностью", "Построить весь индекс заново; тем временем отвечает действующий"),
            ("ganz", "Den ganzen Index neu bauen; solange antwortet der bisherige"),
            ("complet", "Reconstruire tout l'index ; l'actuel répond entre-temps"),
        ],
    ),
    (
        "reindex dry-run",
        [
            ("лише-показати", "Лише сказати, що було б зроблено"),
            ("только-показать", "Только сказать, что было бы сделано"),
            ("probelauf", "Nur sagen, was geschehen würde"),
            ("essai", "Dire seulement ce qui serait fait"),
        ],
    ),
    (
        "add",
        [
            ("додати", "Завантажити статтю з мережі до корпусу"),
            ("добавить", "Загрузить статью из сети в корпус"),
            ("hinzufügen", "Einen Artikel aus dem Netz in den Bestand holen"),
            ("ajouter", "Ajouter au corpus un article du web"),
        ],
    ),
    (
        "add url",
        [
            ("адреса", "Адреса її сторінки"),
            ("адрес", "Адрес её страницы"),
            ("adresse", "Die Adresse seiner Seite"),
            ("adresse", "L'adresse de sa page"),
        ],
    ),
    (
        "settings",
        [
            ("налаштування", "Як бот поводиться на цьому сервері"),
            ("настройки", "Как бот ведёт себя на этом сервере"),
            ("einstellungen", "Wie sich der Bot auf diesem Server verhält"),
            ("reglages", "Comment le bot se comporte sur ce serveur"),
        ],
    ),
    (
        "settings show",
        [
            ("показати", "Показати налаштування цього сервера"),
            ("показать", "Показать настройки этого сервера"),
            ("zeigen", "Die Einstellungen dieses Servers zeigen"),
            ("montrer", "Montrer les réglages de ce serveur"),
        ],
    ),
    (
        "settings visibility",
        [
            ("видимість", "Хто бачить відповіді, якщо команда не каже іншого"),
            ("видимость", "Кто видит ответы, если команда не говорит иного"),
            ("sichtbarkeit", "Wer Antworten sieht, wenn der Befehl nichts anderes sagt"),
            ("visibilite", "Qui voit les réponses, sauf avis contraire de la commande"),
        ],
    ),
    ("settings visibility private", PRIVATE),
    (
        "settings channel",
        [
            ("канал", "Дозволити канал; тоді бот відповідає лише в дозволених"),
            ("канал", "Разрешить канал; тогда бот отвечает только в разрешённых"),
            ("kanal", "Einen Kanal erlauben; der Bot antwortet dann nur in erlaubten"),
            ("salon", "Autoriser un salon ; le bot ne répond alors que là"),
        ],
    ),
    (
        "settings channel channel",
        [
            ("канал", "Канал разом із його гілками"),
            ("канал", "Канал вместе с его ветками"),
            ("kanal", "Der Kanal mit seinen Threads"),
            ("salon", "Le salon, avec ses fils"),
        ],
    ),
    ("settings channel allowed", ALLOWED),
    (
        "settings outlet",
        [
            ("видання", "Дозволити видання; тоді відповіді лише з дозволених"),
            ("издание", "Разрешить издание; тогда ответы только из разрешённых"),
            ("medium", "Ein Medium erlauben; Antworten kommen dann nur aus erlaubten"),
            ("media", "Autoriser un média ; les réponses ne viennent alors que de là"),
        ],
    ),
    ("settings outlet outlet", OUTLET),
    ("settings outlet allowed", ALLOWED),
    (
        "settings tag",
        [
            ("мітка", "Дозволити мітку; тоді відповіді лише зі статей з нею"),
            ("метка", "Разрешить метку; тогда ответы только из статей с ней"),
            ("schlagwort", "Ein Schlagwort erlauben; Antworten kommen dann nur aus solchen Artikeln"),
            ("mot-cle", "Autoriser un mot-clé ; les réponses ne viennent alors que de là"),
        ],
    ),
    (
        "settings tag tag",
        [
            ("мітка", "Мітка, як її записано"),
            ("метка", "Метка, как она записана"),
            ("schlagwort", "Das Schlagwort, wie es verzeichnet ist"),
            ("mot-cle", "Le mot-clé, tel qu'il est enregistré"),
        ],
    ),
    ("settings tag allowed", ALLOWED),
    (
        "settings cooldown",
        [
            ("пауза", "Скільки одна людина чекає між двома питаннями"),
            ("пауза", "Сколько один человек ждёт между двумя вопросами"),
            ("pause", "Wie lange eine Person zwischen zwei Fragen wartet"),
            ("pause", "Combien de temps une personne attend entre deux questions"),
        ],
    ),
    (
        "settings cooldown seconds",
        [
            ("секунди", "Секунди, 0 означає без паузи"),
            ("секунды", "Секунды, 0 значит без паузы"),
            ("sekunden", "Sekunden, 0 für keine"),
            ("secondes", "Secondes, 0 pour aucune"),
        ],
    ),
    (
        "settings reset",
        [
            ("скинути", "Скинути всі налаштування цього сервера"),
            ("сбросить", "Сбросить все настройки этого сервера"),
            ("zurücksetzen", "Alle Einstellungen dieses Servers zurücksetzen"),
            ("reinitialiser", "Réinitialiser tous les réglages de ce serveur"),
        ],
    ),
    (
        "help",
        [
            ("допомога", "Як запитувати"),
            ("помощь", "Как спрашивать"),
            ("hilfe", "Wie man fragt"),
            ("aide", "Comment poser une question"),
        ],
    ),
    (
        "help more",
        [
            ("більше", "Докладніше: як читати відповіді, дні, поради"),
            ("больше", "Подробнее: как читать ответы, дни, советы"),
            ("mehr", "Mehr: Antworten lesen, Tage, Tipps"),
            ("plus", "Plus : lire les réponses, les jours, conseils"),
        ],
    ),
    (
        "privacy",
        [
            ("приватність", "Що бот читає, зберігає та записує"),
            ("приватность", "Что бот читает, хранит и записывает"),
            ("datenschutz", "Was der Bot liest, speichert und protokolliert"),
            ("confidentialite", "Ce que le bot lit, garde et consigne"),
        ],
    ),
    (
        "Find who said this",
        [
            ("Знайти, хто це сказав", ""),
            ("Найти, кто это сказал", ""),
            ("Wer hat das gesagt?", ""),
            ("Trouver qui a dit cela", ""),
        ],
    ),
    (
        "Check this quote",
        [
            ("Перевірити цю цитату", ""),
            ("Проверить эту цитату", ""),
            ("Dieses Zitat prüfen", ""),
            ("Vérifier cette citation", ""),
        ],
    ),
    ("private", PRIVATE),
];

const SPEAKER: [Text; 4] = [
    ("хто", "Чиї слова, під будь-яким ім'ям"),
    ("кто", "Чьи слова, под любым именем"),
    ("wer", "Wessen Worte, unter beliebigem Namen"),
    ("qui", "De qui, sous n'importe quel nom"),
];
const PARTY: [Text; 4] = [
    ("сторона", "Сторона, від імені якої говорять"),
    ("сторона", "Сторона, от имени которой говорят"),
    ("partei", "Die Partei, für die gesprochen wird"),
    ("partie", "La partie au nom de laquelle on parle"),
];
const MATTER: [Text; 4] = [
    ("предмет", "Про що ведуться переговори"),
    ("предмет", "О чём идут переговоры"),
    ("sache", "Worüber verhandelt wird"),
    ("sujet", "Ce qui se négocie"),
];
const HERE: [Text; 4] = [
    ("тут", "У цьому каналі для всіх; для тих, хто керує сервером"),
    ("здесь", "В этом канале для всех; для тех, кто управляет сервером"),
    ("hier", "In diesem Kanal für alle; für die, die den Server verwalten"),
    ("ici", "Dans ce salon, pour tous ; pour qui gère le serveur"),
];
const TOPIC: [Text; 4] = [
    ("тема", "Про що (англійською)"),
    ("тема", "О чём (по-английски)"),
    ("thema", "Worum es geht (auf Englisch)"),
    ("sujet", "De quoi il s'agit (en anglais)"),
];
const OUTLET: [Text; 4] = [
    ("видання", "Хто це опублікував"),
    ("издание", "Кто это опубликовал"),
    ("medium", "Wer es veröffentlicht hat"),
    ("media", "Qui l'a publié"),
];
const ALLOWED: [Text; 4] = [
    ("дозволено", "Так: до списку; Ні: зі списку, нічого не забороняє"),
    ("разрешено", "Да: в список; Нет: из списка, ничего не запрещает"),
    ("erlaubt", "Wahr: auf die Liste; Falsch: von der Liste, verbietet nichts"),
    ("autorise", "Vrai : ajoute à la liste ; Faux : retire, sans rien interdire"),
];
const PRIVATE: [Text; 4] = [
    ("приватно", "Відповідь бачить лише той, хто питає"),
    ("приватно", "Ответ видит только тот, кто спрашивает"),
    ("privat", "Nur wer fragt, sieht die Antwort"),
    ("prive", "Seul celui qui demande voit la réponse"),
];

/// Adds all translations to commands in Discord's format.
pub(super) fn translate(commands: &mut Value) {
    for command in commands.as_array_mut().into_iter().flatten() {
        translate_one(command, "");
    }
}

fn translate_one(value: &mut Value, above: &str) {
    let name = value["name"].as_str().unwrap_or_default();
    let path = if above.is_empty() { name.to_owned() } else { format!("{above} {name}") };
    let texts = texts(&path)
        .or_else(|| texts(path.rsplit(' ').next().unwrap_or_default()).filter(|_| !above.is_empty()));
    if let Some(texts) = texts {
        let column = |text: fn(&Text) -> &'static str| {
            let pairs =
                LOCALES.iter().zip(texts).map(|(locale, pair)| ((*locale).to_owned(), json!(text(pair))));
            Value::Object(pairs.filter(|(_, text)| text != "").collect::<Map<_, _>>())
        };
        value["name_localizations"] = column(|text| text.0);
        if texts.iter().all(|text| !text.1.is_empty()) {
            value["description_localizations"] = column(|text| text.1);
        }
    }
    for option in value["options"].as_array_mut().into_iter().flatten() {
        translate_one(option, &path);
    }
}

fn texts(path: &str) -> Option<&'static [Text; 4]> {
    TEXTS.iter().find(|(known, _)| *known == path).map(|(_, texts)| texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_translated_and_nothing_else() {
        fn paths(value: &Value, above: &str, out: &mut Vec<String>) {
            let name = value["name"].as_str().expect("a name");
            let path = if above.is_empty() { name.to_owned() } else { format!("{above} {name}") };
            assert_eq!(value["name_localizations"].as_object().map(Map::len), Some(4), "{path}");
            for option in value["options"].as_array().into_iter().flatten() {
                paths(option, &path, out);
            }
            out.push(path);
        }
        let mut known = Vec::new();
        for command in super::super::sync::definitions(false).as_array().expect("a list") {
            paths(command, "", &mut known);
        }
        for (path, _) in TEXTS {
            let used = known.iter().any(|known| known == path || known.ends_with(&format!(" {path}")));
            assert!(used, "`{path}` is no command or option");
        }
    }
}
