"""`fanin.keras.Initializer` is an initializer as Keras's own: configuration, serialization, cloning, saving."""

from __future__ import annotations

import json
import pickle

import keras
import numpy as np
import pytest
from keras import layers

import fanin
import fanin.keras
from fanin.keras import Initializer

INSTANCES = [
    Initializer("he_normal(gain = 0.5)", 42, "fc.weight"),
    Initializer("normal(std = 0.02)", 2**64 - 1, "attn.query.weight", layout="i h d -> (h d) i"),
    Initializer("glorot_uniform", seed=0, name="conv.weight", groups=2, fans=(18, 36)),
]
NUMBERS = range(len(INSTANCES))


@pytest.mark.parametrize("number", NUMBERS)
def test_serialization(number):
    """A configuration of JSON makes an equal instance, by the class and by Keras's registry; so does a clone."""
    instance = INSTANCES[number]
    config = instance.get_config()
    text = json.dumps(config)
    serialized = keras.saving.serialize_keras_object(instance)
    for revived in [
        Initializer.from_config(json.loads(text)),
        keras.saving.deserialize_keras_object(json.loads(json.dumps(serialized))),
        keras.initializers.deserialize(json.loads(json.dumps(keras.initializers.serialize(instance)))),
        keras.initializers.get(serialized),
        instance.clone(),
        pickle.loads(pickle.dumps(instance)),
    ]:
        assert type(revived) is Initializer
        assert json.dumps(revived.get_config()) == text
        assert {*dir(revived)} == {*dir(instance)}
    assert serialized["registered_name"] == "fanin>Initializer"
    assert keras.initializers.get(instance) is instance


def test_keras_own_checks():
    """The check that Keras runs on each of its initializers, where this version has it."""
    testing = pytest.importorskip("keras.src.testing")
    case = testing.TestCase()
    for instance in INSTANCES:
        case.run_class_serialization_test(instance)


def test_values():
    """Dense, convolution, embedding, attention, vectors; element types; always the same."""
    for init, shape, expected in [
        (Initializer("he_normal", 1, "w"), (3, 4), lambda: sample("w", (4, 3)).T),
        (Initializer("he_normal", 1, "w"), (3, 3, 2, 8), lambda: sample("w", (8, 2, 3, 3)).transpose(2, 3, 1, 0)),
        (Initializer("he_normal", 1, "w", "v d -> v d"), (5, 4), lambda: sample("w", (5, 4))),
        (
            Initializer("he_normal", 1, "w", "i h d -> (h d) i"),
            (6, 2, 4),
            lambda: sample("w", (8, 6)).T.reshape(6, 2, 4),
        ),
    ]:
        for dtype in ("float32", "float16", "bfloat16"):
            value = init(shape, dtype)
            assert keras.backend.standardize_dtype(value.dtype) == dtype
        found = keras.ops.convert_to_numpy(init(shape))
        assert found.dtype == np.float32 and found.tobytes() == np.ascontiguousarray(expected()).tobytes()
        assert (found == keras.ops.convert_to_numpy(init(shape))).all()
    vector = keras.ops.convert_to_numpy(Initializer("normal(std = 1)", 1, "b")((7,)))
    assert (vector == fanin.sample("normal(std = 1)", 7, seed=1, name="b")).all()
    assert (keras.ops.convert_to_numpy(Initializer("he_normal", 2, "w")((3, 4))) != sample("w", (4, 3)).T).all()


def sample(name, shape):
    return fanin.sample("he_normal", shape, seed=1, name=name, layout="oi")


def test_a_saved_model_has_the_initializer(tmp_path):
    """In the model's file and its configuration, and in a clone of the model."""
    initializer = Initializer("he_normal", 5, "fc.weight")
    model = keras.Sequential([keras.Input((3,)), layers.Dense(4, kernel_initializer=initializer)])
    path = tmp_path / "model.keras"
    model.save(path)
    for other in [
        keras.models.load_model(path),
        keras.models.clone_model(model),
        keras.Sequential.from_config(model.get_config()),
    ]:
        assert other.layers[0].kernel_initializer.get_config() == initializer.get_config()
        found, own = (keras.ops.convert_to_numpy(one.layers[0].kernel) for one in (other, model))
        assert (found == own).all() and found.any()


def test_bad_input():
    for arguments, error, words in [
        (("he_norma", 0, "w"), ValueError, "he_norma"),
        (("zeros", -1, "w"), ValueError, "seed -1 is out of range"),
        (("zeros", 2**64, "w"), ValueError, "out of range"),
        (("zeros", 1.5, "w"), TypeError, "float"),
        (("zeros", 0, None), TypeError, "name must be a str"),
        (("zeros", 0, "w", "i o"), ValueError, "write each stored axis once"),
        (("zeros", 0, "w", 3), TypeError, "a layout is a str"),
    ]:
        with pytest.raises(error, match=words):
            Initializer(*arguments)
    with pytest.raises(ValueError, match="has 2 axes, but 'w' has shape"):
        Initializer("zeros", 0, "w", "i o -> o i")((2, 3, 4))
    with pytest.raises(fanin.FaninError, match="'b'.*fan"):
        Initializer("he_normal", 0, "b")((4,))
