"""What texts mean, for the peer: all-MiniLM-L6-v2 on onnxruntime, and Qdrant Edge to find what lies near.

The model comes as a package with the weights as they were published; no package brings it as ONNX, so the graph is written here,
from operators that onnxruntime has a kernel for (LayerNormalization, Gelu), and simplified by onnxruntime itself when it
is opened. One text is one run: nothing is padded.
"""

import io
import json
import tempfile
import zipfile
from importlib.resources import files

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from qdrant_edge import (
    Distance,
    EdgeConfig,
    EdgeShard,
    EdgeVectorParams,
    FieldCondition,
    Filter,
    MatchValue,
    PayloadSchemaType,
    Point,
    Query,
    SearchRequest,
    UpdateOperation,
)
from safetensors.numpy import load
from tokenizers import Tokenizer

TOKENS = 256


def model_file():
    return zipfile.ZipFile(io.BytesIO(files("all_minilm_l6_v2").joinpath("model.zip").read_bytes()))


def graph(config, weights):
    """BERT, the mean of its last states, to length one."""
    nodes, constants = [], {}

    def constant(name, value):
        constants[name] = numpy_helper.from_array(numpy.ascontiguousarray(value), name)
        return name

    def run(kind, inputs, **attributes):
        name = f"{kind}{len(nodes)}"
        nodes.append(helper.make_node(kind, inputs, [name], name=name, **attributes))
        return name

    def weight(name):
        return constant(name, weights[name])

    def linear(states, name):
        product = run("MatMul", [states, constant(f"{name}.weight", weights[f"{name}.weight"].T)])
        return run("Add", [product, weight(f"{name}.bias")])

    def normal(states, name):
        parts = [states, weight(f"{name}.weight"), weight(f"{name}.bias")]
        return run("LayerNormalization", parts, axis=-1, epsilon=config["layer_norm_eps"])

    hidden, heads = config["hidden_size"], config["num_attention_heads"]
    width = hidden // heads
    split = constant("split", numpy.array([0, 0, heads, width], dtype=numpy.int64))
    joined = constant("joined", numpy.array([0, 0, hidden], dtype=numpy.int64))
    scale = constant("scale", numpy.array(1 / width**0.5, dtype=numpy.float32))
    words = run("Gather", [weight("embeddings.word_embeddings.weight"), "tokens"])
    places = run("Gather", [weight("embeddings.position_embeddings.weight"), "places"])
    kind = constant("kind", weights["embeddings.token_type_embeddings.weight"][0])
    states = normal(run("Add", [run("Add", [words, places]), kind]), "embeddings.LayerNorm")
    for layer in range(config["num_hidden_layers"]):
        at = f"encoder.layer.{layer}"

        def headed(name, order):
            wide = run("Reshape", [linear(states, f"{at}.attention.self.{name}"), split])
            return run("Transpose", [wide], perm=order)

        scores = run("MatMul", [headed("query", [0, 2, 1, 3]), headed("key", [0, 2, 3, 1])])
        shares = run("Softmax", [run("Mul", [scores, scale])], axis=-1)
        seen = run("Transpose", [run("MatMul", [shares, headed("value", [0, 2, 1, 3])])], perm=[0, 2, 1, 3])
        attended = linear(run("Reshape", [seen, joined]), f"{at}.attention.output.dense")
        states = normal(run("Add", [attended, states]), f"{at}.attention.output.LayerNorm")
        inner = run("Gelu", [linear(states, f"{at}.intermediate.dense")])
        states = normal(run("Add", [linear(inner, f"{at}.output.dense"), states]), f"{at}.output.LayerNorm")
    mean = run("ReduceMean", [states, constant("axis", numpy.array([1], dtype=numpy.int64))], keepdims=0)
    nodes.append(helper.make_node("LpNormalization", [mean], ["vector"], axis=-1, p=2))
    numbers = [helper.make_tensor_value_info(name, TensorProto.INT64, [1, None]) for name in ("tokens", "places")]
    vector = helper.make_tensor_value_info("vector", TensorProto.FLOAT, [1, hidden])
    made = helper.make_graph(nodes, "minilm", numbers, [vector], initializer=list(constants.values()))
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)


class Meaning:
    """The model, ready to embed."""

    def __init__(self):
        archive = model_file()
        config, weights = json.loads(archive.read("config.json")), load(archive.read("model.safetensors"))
        self.tokenizer = Tokenizer.from_str(archive.read("tokenizer.json").decode())
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(TOKENS)
        self.dimension = config["hidden_size"]
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
        # The requests are what runs side by side.
        options.intra_op_num_threads = 1
        made = graph(config, weights).SerializeToString()
        self.session = onnxruntime.InferenceSession(made, options, providers=["CPUExecutionProvider"])

    def embed(self, text):
        tokens = numpy.array([self.tokenizer.encode(text).ids], dtype=numpy.int64)
        places = numpy.arange(tokens.shape[1], dtype=numpy.int64)[None]
        return self.session.run(None, {"tokens": tokens, "places": places})[0][0]


class Passages:
    """Texts by what they mean."""

    def __init__(self, rows):
        """`rows` with a number, a domain and the words."""
        self.model = Meaning()
        vectors = {"meaning": EdgeVectorParams(size=self.model.dimension, distance=Distance.Cosine)}
        self.shard = EdgeShard.create(tempfile.mkdtemp(), EdgeConfig(vectors=vectors))
        self.shard.update(UpdateOperation.create_field_index("domain", PayloadSchemaType.Keyword))
        points = [
            Point(number, {"meaning": self.model.embed(words).tolist()}, {"domain": domain})
            for number, domain, words in rows
        ]
        self.shard.update(UpdateOperation.upsert_points(points))
        self.shard.optimize()

    def nearest(self, domain, words, limit):
        """The numbers of those of a domain that lie nearest to the words, the nearest first."""
        query = Query.Nearest(self.model.embed(words).tolist(), using="meaning")
        of_domain = Filter(must=[FieldCondition("domain", match=MatchValue(domain))])
        found = self.shard.search(SearchRequest(query=query, limit=limit, filter=of_domain))
        return [point.id for point in found]
