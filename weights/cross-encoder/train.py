"""Trains the cross-encoder on questions about news, and writes `model.onnx`.

    python train.py RAPPORTEUR TRAIN.jsonl CORPUS

README.md says which packages it needs. RAPPORTEUR is the program, TRAIN.jsonl a JSON Lines file of objects with
an article's `id` and `text`, and CORPUS a folder with articles. A line of `questions.jsonl` (here and in
`../minilm`, where its format is described) has a question and the quotes that answer it; a line without such
quotes has in `near` those that seem to answer it and do not. All questions of a set are asked of an index of the
set's articles, set 8 those of CORPUS. The model then learns from what the program answered: the logarithm of the
odds that a quote answers the question (binary cross-entropy), and to prefer the right quotes of a question to the
wrong ones (a softmax over three of them).

The layers start from those of the sentence encoder in `../minilm/model.onnx`, whose embeddings are used as they
are. The weights are rounded to 7 bits, each column by its own factor, and what they are multiplied with to 8 bits when
the model runs; with 8 bits each, sums could overflow on processors without instructions for this. The same input
gives nearly the same file, depending on the processor and on the version of torch.
"""

import collections
import json
import math
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from onnx.utils import Extractor
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
from transformers import BertConfig, BertModel

HERE = pathlib.Path(__file__).resolve().parent
ENCODER = HERE.parent / "minilm"
OF_CORPUS = 8  # the set of the questions about CORPUS
STEP = 32  # questions of a step
CHUNK = 4096  # pieces that are encoded at once
WARM = 0.08  # the share of steps in which the rate increases
LIST = 0.5  # the weight of the loss over the quotes of a question
ANSWERS = 8  # how many quotes of an answer are used
PASSES = ((None, 6e-5), (11_000, 4e-5), (4_000, 3e-5))  # the number of questions of each pass, and its rate; the last one has all pairs too
# The same as in `src/meaning/cross.rs`.
QUESTION, WHO, WORDS, TITLE, BEFORE, AFTER = 36, 20, 64, 20, 28, 20
BESIDE = 160
MOST = 63  # the largest number of 7 bits
ORDER = ["attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"]
ORDER += ["intermediate.dense", "output.dense"]


def words(text):
    return re.findall(r"[^\W_]+(?:'[^\W_]+)?", text.replace("’", "'").casefold())


def is_same(found, gold):
    """Returns whether two quotes are the same one, cut differently."""
    found, gold = words(found), words(gold)
    one, other = set(found), set(gold)
    both = len(one & other)
    return (
        2 * both >= len(one | other)
        or (10 * both >= 8 * len(other) and len(found) <= 3 * len(gold))
        or (10 * both >= 8 * len(one) and len(gold) <= 3 * len(found) and len(found) >= 4)
    )


def read_articles(train, corpus):
    """Returns the articles of TRAIN.jsonl, and the text of every article by its id: the text that the positions
    of the questions refer to."""
    with open(train, encoding="utf-8") as file:
        articles = {article["id"]: article for article in map(json.loads, file)}
    texts = {name: article["text"] for name, article in articles.items()}
    for path in pathlib.Path(corpus).rglob("*.md"):
        texts[path.stem] = path.read_text(encoding="utf-8")
    return articles, texts


def read_questions(texts):
    """Returns the questions of each set."""
    sets = collections.defaultdict(list)
    for path in (ENCODER / "questions.jsonl", HERE / "questions.jsonl"):
        with open(path, encoding="utf-8") as file:
            for line in map(json.loads, file):
                sets[line["set"]].append(line)
    for questions in sets.values():
        for line in questions:
            for quotes in (line["gold"], line.get("near", [])):
                for gold in quotes:
                    text = texts[gold["article"]]
                    gold["words"] = " ".join(text[start:end] for start, end in gold["content"])
    return sets


def answers(program, questions, corpus, folder):
    """Returns what the program answers."""
    environment = dict(os.environ, RAPPORTEUR_CORPUS=str(corpus), RAPPORTEUR_INDEX=str(folder), RAPPORTEUR_MEANING="full")
    subprocess.run([program, "index", "--meaning"], env=environment, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    lines = "".join(json.dumps({"q": line["q"]}) + "\n" for line in questions)
    asked = subprocess.run(
        [program, "ask", "--json"], env=environment, cwd=folder, input=lines, capture_output=True, text=True
    )
    return [json.loads(line) for line in asked.stdout.splitlines()]


def beside(text, part, offset):
    """Returns what stands before and after a part of a quote in its paragraph; `offset` is about where it is."""
    places = [place.start() for place in re.finditer(re.escape(part), text)]
    if not places:
        return "", ""
    start = min(places, key=lambda place: abs(len(text[:place].encode()) - offset))
    first, last = text.rfind("\n", 0, start) + 1, text.find("\n", start + len(part))
    before, after = text[first:start].strip(), text[start + len(part) : last if last >= 0 else len(text)].strip()
    return before[-BESIDE:], after[:BESIDE]


def evidence(quote, texts):
    """Returns what is read of a quote, as `Record::evidence` does."""
    who = quote["speaker"] or quote.get("mention") or ""
    if quote["speaker"] and quote.get("role"):
        who += f", {quote['role']}"
    text = re.sub(r"\A\+\+\+\n.*?\n\+\+\+\n\s*", "", texts[quote["article"]], flags=re.DOTALL)
    before, after = beside(text, quote["parts"][0], quote["content"][0][0])
    return who, " … ".join(quote["parts"]), quote["title"] or "", before, after


def examples(program, sets, articles, texts, corpus):
    """Returns for each question its quotes, the best first, each with whether it answers, whether it is marked as
    seeming to, and what is read of it."""
    out = []
    for name, questions in sorted(sets.items()):
        with tempfile.TemporaryDirectory() as folder:
            of_set = pathlib.Path(corpus).resolve()
            if name != OF_CORPUS:
                of_set = pathlib.Path(folder) / "articles.jsonl"
                used = sorted({gold["article"] for line in questions for gold in line["gold"]})
                of_set.write_text("".join(json.dumps(articles[one]) + "\n" for one in used), encoding="utf-8")
            found = answers(program, questions, of_set, folder)
        for line, answer in zip(questions, found, strict=True):
            quotes = []
            for quote in answer["answers"][:ANSWERS]:
                same = lambda gold, quote=quote: gold["article"] == quote["article"] and is_same(quote["quote"], gold["words"])
                right, near = any(map(same, line["gold"])), any(map(same, line.get("near", [])))
                quotes.append((right, near, evidence(quote, texts)))
            if quotes:
                out.append((line["q"], "near" in line, quotes))
        print(f"set {name}: {len(questions)} questions", flush=True)
    return out


def tokenizer():
    pieces = (ENCODER / "vocab.txt").read_text(encoding="utf-8").split("\n")[:30522]
    vocabulary = {piece: at for at, piece in enumerate(pieces)}
    out = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    out.normalizer = normalizers.BertNormalizer(lowercase=True)
    out.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return out, vocabulary


class CrossEncoder(torch.nn.Module):
    def __init__(self, weights):
        super().__init__()
        config = BertConfig(
            hidden_size=384, num_hidden_layers=6, num_attention_heads=12, intermediate_size=1536, attn_implementation="eager"
        )
        self.bert = BertModel(config, add_pooling_layer=False)
        self.bert.load_state_dict(weights, strict=False)
        self.head = torch.nn.Linear(384, 1)
        torch.nn.init.normal_(self.head.weight, std=0.02)
        torch.nn.init.zeros_(self.head.bias)
        self.tokens, self.vocabulary = tokenizer()

    def pair(self, question, quote):
        """Returns the pieces of a question and of a quote, and the number of the former."""
        def of(text, most):
            return self.tokens.encode(text, add_special_tokens=False).ids[:most]

        first, end, colon, stop, gap = (self.vocabulary[piece] for piece in ("[CLS]", "[SEP]", ":", ".", "…"))
        who, said, title, before, after = quote
        asked = [first, *of(question, QUESTION), end]
        said = [*([*of(who, WHO), colon] if who else []), *of(said, WORDS), end]
        before = self.tokens.encode(before, add_special_tokens=False).ids[-BEFORE:]
        return [*asked, *said, *of(title, TITLE), stop, *before, gap, *of(after, AFTER), end], len(asked)

    def forward(self, pairs):
        left = sorted(range(len(pairs)), key=lambda at: len(pairs[at][0]))
        out = [None] * len(pairs)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            while left:
                longest = len(pairs[left[-1]][0])
                count = max(1, CHUNK // longest)
                chunk, left = left[-count:], left[:-count]
                pieces, mask, sides = (torch.zeros(len(chunk), longest, dtype=torch.long) for _ in range(3))
                for row, at in enumerate(chunk):
                    ids, length = pairs[at]
                    pieces[row, : len(ids)] = torch.tensor(ids)
                    mask[row, : len(ids)] = 1
                    sides[row, length:] = 1
                layer = self.bert(input_ids=pieces, attention_mask=mask, token_type_ids=sides).last_hidden_state
                for row, at in enumerate(chunk):
                    out[at] = self.head(layer[row, 0].float())[0]
        return torch.stack(out).float()


def chosen(example, rng):
    """Returns the quotes of a question that are read in this pass, each with whether it answers."""
    _, is_pair, quotes = example
    right = [(right, read) for right, _, read in quotes if right]
    wrong = [(right, read) for right, _, read in quotes if not right]
    near = [(right, read) for right, near, read in quotes if near]
    if is_pair:
        rest = [one for one in wrong if one not in near]
        return near[:1] + rest[:1] + rng.sample(rest[1:4], min(1, len(rest[1:4])))
    if not right:
        return wrong[:1]
    return [rng.choice(right)] + wrong[:1] + rng.sample(wrong[1:], min(1, len(wrong[1:])))


def train(model, read):
    for name, weight in model.named_parameters():
        weight.requires_grad = not name.startswith("bert.embeddings")
    learned = [weight for weight in model.parameters() if weight.requires_grad]
    groups = [
        {"params": [weight for weight in learned if weight.ndim > 1], "weight_decay": 0.01},
        {"params": [weight for weight in learned if weight.ndim <= 1], "weight_decay": 0},
    ]
    model.train()
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    for layer in model.bert.encoder.layer:
        layer.attention.self.dropout.p = 0
    rng = random.Random(1)
    pairs = [example for example in read if example[1]]
    others = [example for example in read if not example[1]]
    for number, (count, rate) in enumerate(PASSES):
        taken = rng.sample(others, min(count or len(others), len(others)))
        taken += pairs if number + 1 == len(PASSES) else []
        rng.shuffle(taken)
        optimizer = torch.optim.AdamW(groups, lr=rate)
        steps = math.ceil(len(taken) / STEP)
        for step in range(steps):
            for group in optimizer.param_groups:
                group["lr"] = rate * min(1, (step + 1) / (WARM * steps)) * max(0, 1 - step / steps)
            texts, right, spans = [], [], []
            for example in taken[step * STEP : (step + 1) * STEP]:
                quotes = chosen(example, rng)
                spans.append((len(texts), len(texts) + len(quotes)))
                texts += [model.pair(example[0], quote) for _, quote in quotes]
                right += [is_right for is_right, _ in quotes]
            scores, right = model(texts), torch.tensor(right, dtype=torch.float)
            loss = torch.nn.functional.binary_cross_entropy_with_logits(scores, right)
            mixed = [(start, end) for start, end in spans if 0 < right[start:end].sum() < end - start]
            for start, end in mixed:
                shares = torch.log_softmax(scores[start:end], 0)[right[start:end] > 0]
                loss = loss - LIST / len(mixed) * shares.logsumexp(0)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(learned, 1.0)
            optimizer.step()
            if (step + 1) % 20 == 0 or step + 1 == steps:
                print(f"pass {number + 1}: {step + 1} of {steps} steps, loss {loss.item():.3f}", flush=True)


def matrices(held):
    """Returns the names of the matrices of a graph that are kept in 8 bits, in the order of the layers."""
    names = (name[:-2] for name in held if name.startswith("val_") and name.endswith("_q"))
    return sorted(names, key=lambda name: int(name[4:]))


def encoder():
    """Returns the weights of the sentence encoder."""
    graph = onnx.load(ENCODER / "model.onnx")
    held = {each.name: numpy_helper.to_array(each) for each in graph.graph.initializer}

    def whole(name):
        return torch.tensor(held[f"{name}_q"].astype(np.float32) * held[f"{name}_scale"])

    out = {}
    for name, values in held.items():
        if name.startswith("inner.") and values.dtype == np.float32 and not name.endswith("_scale"):
            out[name.removeprefix("inner.")] = torch.tensor(values)
    for table in ("word_embeddings", "position_embeddings"):
        out[f"embeddings.{table}.weight"] = whole(f"inner.embeddings.{table}.weight")
    for at, name in enumerate(matrices(held)):
        layer, place = divmod(at, len(ORDER))
        out[f"encoder.layer.{layer}.{ORDER[place]}.weight"] = whole(name).T.contiguous()
    return out


def multiply_integers(graph):
    """Lets a graph multiply by the integers of a matrix, and apply their factors to the result, instead of
    converting the matrix first."""
    matrices = {}
    for node in graph.node:
        if node.op_type == "Mul" and node.input[0].endswith("_f") and node.input[1].endswith("_scale"):
            matrices[node.output[0]] = node.input[1].removesuffix("_scale")
    nodes, rounded = [], set()
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in matrices:
            values, matrix, out = node.input[0], matrices[node.input[1]], node.output[0]
            whole = [f"{values}_{part}" for part in ("whole", "factor", "zero")]
            if values not in rounded:
                rounded.add(values)
                nodes.append(helper.make_node("DynamicQuantizeLinear", [values], whole))
            nodes += [
                helper.make_node("MatMulInteger", [whole[0], f"{matrix}_q", whole[2]], [f"{out}_sum"]),
                helper.make_node("Cast", [f"{out}_sum"], [f"{out}_float"], to=TensorProto.FLOAT),
                helper.make_node("Mul", [whole[1], f"{matrix}_scale"], [f"{out}_factor"]),
                helper.make_node("Mul", [f"{out}_float", f"{out}_factor"], [out]),
            ]
        elif node.output[0] not in matrices and not (node.op_type == "Cast" and node.input[0].endswith("_q")):
            nodes.append(node)
    del graph.node[:]
    graph.node.extend(nodes)


def write(weights, path):
    """Writes the part of the encoder's graph behind the embeddings, with these weights and the new output."""
    graph = Extractor(onnx.load(ENCODER / "model.onnx")).extract_model(
        ["layer_norm", "attention_mask", "token_type_ids"], ["last_hidden_state"]
    )
    held = {each.name: each for each in graph.graph.initializer}

    def put(name, values):
        held[name].CopyFrom(numpy_helper.from_array(values, name))

    for at, name in enumerate(matrices(held)):
        layer, place = divmod(at, len(ORDER))
        values = weights[f"bert.encoder.layer.{layer}.{ORDER[place]}.weight"].T.copy()
        factor = np.abs(values).max(axis=0, keepdims=True) / MOST
        put(f"{name}_q", np.clip(np.round(values / factor), -MOST, MOST).astype(np.int8))
        put(f"{name}_scale", factor.astype(np.float32))
    for name, each in held.items():
        if name.startswith("inner.") and each.data_type == TensorProto.FLOAT and not name.endswith("_scale"):
            put(name, weights[f"bert.{name.removeprefix('inner.')}"])
    multiply_integers(graph.graph)
    more = {"first": np.array(0, dtype=np.int64), "head.weight": weights["head.weight"].T.copy(), "head.bias": weights["head.bias"]}
    graph.graph.initializer.extend(numpy_helper.from_array(values, name) for name, values in more.items())
    graph.graph.node.extend(
        [
            helper.make_node("Gather", ["last_hidden_state", "first"], ["of_pair"], axis=1),
            helper.make_node("MatMul", ["of_pair", "head.weight"], ["of_head"]),
            helper.make_node("Add", ["of_head", "head.bias"], ["relevance"]),
        ]
    )
    del graph.graph.output[:]
    graph.graph.output.append(helper.make_tensor_value_info("relevance", TensorProto.FLOAT, [1, 1]))
    onnx.checker.check_model(graph)
    onnx.save(graph, path)


def main():
    if len(sys.argv) != 4:
        sys.exit("usage: python train.py RAPPORTEUR TRAIN.jsonl CORPUS")
    program, train_articles, corpus = sys.argv[1:]
    torch.manual_seed(0)
    articles, texts = read_articles(train_articles, corpus)
    read = examples(str(pathlib.Path(program).resolve()), read_questions(texts), articles, texts, corpus)
    model = CrossEncoder(encoder())
    train(model, read)
    write({name: value.detach().numpy() for name, value in model.state_dict().items()}, HERE / "model.onnx")


if __name__ == "__main__":
    main()
