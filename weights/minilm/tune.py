"""Trains the sentence encoder further on questions about news, and writes `model.onnx`.

    python tune.py ARTICLES [ARTICLES]...

README.md says which packages and files it needs. ARTICLES is a JSON Lines file of objects with an article's
`id` and `text`, or, if its name ends in `.md`, one article, whose id is the rest of the name. A line of
`questions.jsonl` has a question, the set of articles that it belongs to, and the quotes that answer it: the
article, the name of the speaker (or null), and the spans of the words in the article's text, in code points,
half-open. Questions about articles that are not given are left out.

The encoder learns to place a question near the quotes that answer it, and near their paragraphs, and far from
those of the other questions of the same batch, which are about the same few articles: a softmax over cosines
divided by a temperature (InfoNCE; van den Oord et al. 2018). If a question does not name the speaker, a
paragraph is read together with what surrounds it, much as by `Record::passage`. The embeddings of words stay as they are. Then the
weights are rounded to 8 bits in the graph that the package has, each column by its own factor. The same input
gives nearly the same file, depending on the processor and on the version of torch.
"""

import json
import pathlib
import random
import re
import sys

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from safetensors.torch import load_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel

EPOCHS = 3
RATE = 4e-5
WARM = 0.1  # the share of steps in which the rate increases
TEMPERATURE = 0.05
DROPOUT = 0.05
PIECES = 112  # maximum number of pieces of a text
BATCH = 40  # minimum number of questions of a batch
CHUNK = 16  # how many texts of similar length are encoded at once
OF_QUOTE = 0.6  # the weight of the quote in the joint similarity; the rest is that of its paragraph
ALONE = 0.3  # the weight of the loss by the quote alone, and of that by the paragraph alone
IMPOSSIBLE = -1e9
BEFORE = 80  # how many characters of the paragraph before are read with a paragraph
AFTER = 60  # the same of the paragraph after
AROUND = 0.5  # the weight of a piece around a paragraph

ORDER = ["attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"]
ORDER += ["intermediate.dense", "output.dense"]


def tokenizer():
    with open("vocab.txt", encoding="utf-8") as file:
        vocabulary = {piece: at for at, piece in enumerate(file.read().split("\n")[:30522])}
    out = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    out.normalizer = normalizers.BertNormalizer(lowercase=True)
    out.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    ends = [("[CLS]", vocabulary["[CLS]"]), ("[SEP]", vocabulary["[SEP]"])]
    out.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=ends)
    out.enable_truncation(128)
    return out


def passage(text, first, last):
    """Returns the headline with the end of the paragraph before, the paragraph, and the start of the next."""
    title = re.match(r"\+\+\+\n.*?^title = \"(.*?)\"$.*?^\+\+\+\n", text, re.DOTALL | re.MULTILINE)
    head = title.end() if title else len(text.split("\n", 1)[0])
    title = title[1] if title else text[:head].rstrip(".")
    before = text[head:first].rstrip().rsplit("\n", 1)[-1][-BEFORE:] if first > head else ""
    after = text[last:].lstrip().split("\n", 1)[0][:AFTER]
    return f"{title}. {before}".strip() if first > head else "", text[first:last].strip(), after.strip()


def is_named(question, speakers):
    """Returns whether a question has a word of the name of one of the speakers."""
    words, names = (
        set(re.findall(r"[a-z]{3,}", text.lower().replace("’s", "").replace("'s", "")))
        for text in (question, " ".join(speakers))
    )
    return bool(words & (names - {"the", "for", "and"}))


def read(paths):
    """Returns the sets: for each, the texts of its quotes, and its questions with the quotes that answer them."""
    texts = {}
    for path in paths:
        with open(path, encoding="utf-8") as file:
            if path.endswith(".md"):
                texts[pathlib.Path(path).stem] = file.read()
                continue
            for line in file:
                article = json.loads(line)
                texts[article["id"]] = article["text"]
    sets, places = {}, {}
    with open("questions.jsonl", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            quotes, questions = sets.setdefault(row["set"], ([], []))
            right = []
            for gold in row["gold"]:
                text = texts.get(gold["article"])
                if text is None:
                    continue
                key = (gold["article"], str(gold["content"]))
                if key not in places:
                    places[key] = len(quotes)
                    words = " […] ".join(text[start:end] for start, end in gold["content"])
                    start = gold["content"][0][0]
                    first, last = text.rfind("\n", 0, start) + 1, text.find("\n", start)
                    last = len(text) if last < 0 else last
                    said = f"{gold['speaker']}: {words}" if gold["speaker"] else words
                    quotes.append((said, passage(text, first, last), gold["article"]))
                right.append(places[key])
            if right:
                named = is_named(row["q"], [gold["speaker"] or "" for gold in row["gold"]])
                questions.append((row["q"], right, named))
    return [sets[name] for name in sorted(sets)]


def batches(sets, rng):
    """Returns the batches of a pass in random order: a set, and questions about some of its articles, all of
    which name the speaker or none."""
    out = []
    for at, (quotes, questions) in enumerate(sets):
        for wanted in (False, True):
            by_article = {}
            for place, (_, right, named) in enumerate(questions):
                if named == wanted:
                    by_article.setdefault(quotes[right[0]][2], []).append(place)
            articles = list(by_article)
            rng.shuffle(articles)
            batch = []
            for article in articles:
                batch += by_article[article]
                if len(batch) >= BATCH:
                    out.append((at, batch))
                    batch = []
            if len(batch) > 8:
                out.append((at, batch))
    rng.shuffle(out)
    return out


def vectors(model, texts):
    """Returns the unit vectors of texts, each given as pieces and their weights: the mean of the last layer."""
    order = sorted(range(len(texts)), key=lambda at: len(texts[at][0]))
    out = [None] * len(texts)
    for start in range(0, len(order), CHUNK):
        chunk = order[start : start + CHUNK]
        longest = max(len(texts[at][0]) for at in chunk)
        ids = torch.zeros(len(chunk), longest, dtype=torch.long)
        mask = torch.zeros(len(chunk), longest, dtype=torch.long)
        share = torch.zeros(len(chunk), longest)
        for row, at in enumerate(chunk):
            pieces, weights = texts[at]
            ids[row, : len(pieces)] = torch.tensor(pieces)
            mask[row, : len(pieces)] = 1
            share[row, : len(pieces)] = torch.tensor(weights)
        layer = model(input_ids=ids, attention_mask=mask).last_hidden_state
        mean = (layer * share[..., None]).sum(1) / share.sum(1, keepdim=True)
        for row, at in enumerate(chunk):
            out[at] = torch.nn.functional.normalize(mean[row], dim=-1)
    return torch.stack(out)


def tune(model, sets):
    tokens = tokenizer()

    def pieces(texts):
        return [(text.ids[:PIECES], [1.0] * len(text.ids[:PIECES])) for text in tokens.encode_batch(texts)]

    def around(passages):
        """As `pieces`: first those of the paragraph, then the last ones before it, then the first ones after it."""
        out = []
        for before, own, after in ([text.ids for text in tokens.encode_batch(list(each))] for each in passages):
            first, *own, end = own
            own = own[: PIECES - 2]
            room = PIECES - 2 - len(own)
            before = before[1:-1][-room:] if room else []
            after = after[1:-1][: room - len(before)]
            weights = [1.0, *[AROUND] * len(before), *[1.0] * len(own), *[AROUND] * len(after), 1.0]
            out.append(([first, *before, *own, *after, end], weights))
        return out

    for name, weight in model.named_parameters():
        weight.requires_grad = not name.startswith("embeddings")
    learned = [weight for weight in model.parameters() if weight.requires_grad]
    groups = [
        {"params": [weight for weight in learned if weight.ndim > 1], "weight_decay": 0.01},
        {"params": [weight for weight in learned if weight.ndim <= 1], "weight_decay": 0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=RATE)
    model.train()
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = DROPOUT
    rng = random.Random(1)
    steps, step = len(batches(sets, random.Random(0))) * EPOCHS, 0
    for _ in range(EPOCHS):
        for at, asked in batches(sets, rng):
            quotes, questions = sets[at]
            for group in optimizer.param_groups:
                group["lr"] = RATE * min(1, (step + 1) / (WARM * steps)) * max(0, 1 - step / steps)
            chosen = [rng.choice(questions[place][1]) for place in asked]
            columns = {quote: column for column, quote in enumerate(dict.fromkeys(chosen))}
            target = torch.tensor([columns[quote] for quote in chosen])
            # Another right quote is not counted as wrong, nor is a quote of the same paragraph by its paragraph.
            also = torch.zeros(len(asked), len(columns))
            for row, place in enumerate(asked):
                for quote in questions[place][1]:
                    if quote in columns and quote != chosen[row]:
                        also[row, columns[quote]] = IMPOSSIBLE
            shared = also.clone()
            for row, quote in enumerate(chosen):
                for other, column in columns.items():
                    if other != quote and quotes[other][1] == quotes[quote][1]:
                        shared[row, column] = IMPOSSIBLE
            question = vectors(model, pieces([questions[place][0] for place in asked]))
            by_quote = question @ vectors(model, pieces([quotes[quote][0] for quote in columns])).T
            passages = [quotes[quote][1] for quote in columns]
            named = questions[asked[0]][2]
            read = pieces([own for _, own, _ in passages]) if named else around(passages)
            by_paragraph = question @ vectors(model, read).T
            joint = OF_QUOTE * by_quote + (1 - OF_QUOTE) * by_paragraph
            loss = 0
            for cosines, allowed, weight in ((joint, also, 1), (by_quote, also, ALONE), (by_paragraph, shared, ALONE)):
                loss = loss + weight * torch.nn.functional.cross_entropy(cosines / TEMPERATURE + allowed, target)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(learned, 1.0)
            optimizer.step()
            step += 1
            if step % 10 == 0 or step == steps:
                print(f"{step} of {steps} steps, loss {loss.item():.3f}", flush=True)


def write(weights, path):
    """Replaces the weights in the graph at `path`: matrices in 8 bits, everything else in 32."""
    graph = onnx.load(path)
    held = {each.name: each for each in graph.graph.initializer}

    def put(name, values):
        held[name].CopyFrom(numpy_helper.from_array(values, name))

    def put_rounded(name, values, axis):
        factor = np.abs(values).max(axis=axis, keepdims=True) / 127
        put(f"{name}_q", np.clip(np.round(values / factor), -127, 127).astype(np.int8))
        put(f"{name}_scale", factor.astype(np.float32))

    for table in ("word_embeddings", "position_embeddings"):
        put_rounded(f"inner.embeddings.{table}.weight", weights[f"embeddings.{table}.weight"], 1)
    matrices = sorted((name[:-2] for name in held if name.startswith("val_") and name.endswith("_q")), key=lambda name: int(name[4:]))
    for at, name in enumerate(matrices):
        layer, place = divmod(at, len(ORDER))
        put_rounded(name, weights[f"encoder.layer.{layer}.{ORDER[place]}.weight"].T.copy(), 0)
    for name, each in held.items():
        if name.startswith("inner.") and each.data_type == onnx.TensorProto.FLOAT and not name.endswith("_scale"):
            put(name, weights[name.removeprefix("inner.")])
    onnx.save(graph, path)


def main():
    if len(sys.argv) < 2:
        sys.exit("usage: python tune.py ARTICLES [ARTICLES]...")
    torch.manual_seed(0)
    sets = read(sys.argv[1:])
    if not sets:
        sys.exit("No question is about an article of these files.")
    model = BertModel(BertConfig.from_pretrained("config.json"), add_pooling_layer=False)
    weights = load_file("model.safetensors")
    model.load_state_dict({name: value for name, value in weights.items() if not name.startswith("pooler")}, strict=False)
    tune(model, sets)
    write({name: value.detach().numpy() for name, value in model.state_dict().items()}, "model.onnx")


main()
