# SPDX-License-Identifier: Apache-2.0
"""A hyperparameter that changes while training is told once, with what did it and when."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
from keras_watched import Told, digits, network, watching

from dlprov_rdf.events import Adapted, EpochEnded, Metric, TrainingStarted


def changes(told: Told) -> list[tuple[int | None, Any, Any, str]]:
    """Epoch, old value, new value and technique of each adaptation."""
    return [
        (
            None if one.epoch is None else int(one.epoch.rpartition("/")[2]),
            one.old,
            one.setting.value,
            one.technique.name,
        )
        for one in told.all(Adapted)
    ]


def fit(told_in: Path, *callbacks: Any, epochs: int = 4, **options: Any) -> Told:
    """Train with these callbacks, watched."""
    x_train, y_train = digits()
    options.setdefault("optimizer", keras.optimizers.SGD(0.1))
    model = network(**options)
    with watching(told_in) as told:
        model.fit(x_train, y_train, epochs=epochs, verbose=0, callbacks=list(callbacks))
    return told


def test_a_learning_rate_scheduler_is_told_where_it_changes_the_rate(tmp_path: Path) -> None:
    """It assigns in every epoch; there is no row where the value stays."""
    halving = keras.callbacks.LearningRateScheduler(
        lambda epoch, rate: rate / 2 if epoch == 2 else rate
    )

    told = fit(tmp_path, halving)

    assert changes(told) == [(2, 0.1, 0.05, "LearningRateScheduler")]
    assert [one.learning_rate for one in told.all(EpochEnded)] == [0.1, 0.1, 0.05, 0.05]
    change = told.one(Adapted)
    assert change.setting.of == "keras.optimizers.SGD"
    assert change.technique.of == "keras.callbacks.LearningRateScheduler"
    assert change.technique in told.one(TrainingStarted).techniques


def test_with_mixed_precision_the_optimizer_is_the_one_that_is_wrapped(tmp_path: Path) -> None:
    """Keras puts it into a ``LossScaleOptimizer``, which has no learning rate of its own."""
    halving = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / (1 + epoch))
    wrapped = keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.1), initial_scale=64)

    told = fit(tmp_path, halving, epochs=2, optimizer=wrapped)

    training = told.one(TrainingStarted)
    settings = {(one.of, one.name): one.value for one in training.settings}
    assert training.algorithm == "keras.optimizers.SGD"
    assert settings["keras.optimizers.SGD", "learning_rate"] == 0.1
    assert settings["keras.optimizers.LossScaleOptimizer", "initial_scale"] == 64
    assert not any(name == "inner_optimizer" for _, name in settings)
    assert changes(told) == [(1, 0.1, 0.05, "LearningRateScheduler")]
    assert told.one(Adapted).setting.of == "keras.optimizers.SGD"


def test_a_schedule_in_an_optimizer_that_is_wrapped_is_told(tmp_path: Path) -> None:
    schedule = keras.optimizers.schedules.PiecewiseConstantDecay([2], [0.1, 0.05])
    wrapped = keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(schedule))

    told = fit(tmp_path, epochs=3, optimizer=wrapped)

    assert [one.name for one in told.one(TrainingStarted).techniques] == ["PiecewiseConstantDecay"]
    assert [name for *_, name in changes(told)] == ["PiecewiseConstantDecay"]


def test_an_adaptation_comes_after_the_beginning_of_its_epoch(tmp_path: Path) -> None:
    """So that a reader of the log knows the epoch that it belongs to."""
    halving = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)

    told = fit(tmp_path, halving, epochs=2)

    known: set[str] = set()
    for event in told:
        if isinstance(event, Adapted):
            assert event.epoch in known
        known.add(str(getattr(event, "id", "")))


def test_reduce_on_plateau_is_told_in_the_epoch_whose_hook_made_it(tmp_path: Path) -> None:
    """The epoch itself was trained with the rate before."""
    reducing = keras.callbacks.ReduceLROnPlateau(
        monitor="loss", patience=1, factor=0.5, min_delta=1e9
    )  # so much better it never gets

    told = fit(tmp_path, reducing, epochs=3)

    assert changes(told)[0] == (1, 0.1, 0.05, "ReduceLROnPlateau")
    assert [one.learning_rate for one in told.all(EpochEnded)] == [0.1, 0.1, 0.05]
    assert "learning_rate" not in told.last(EpochEnded).metrics


def test_two_changes_in_one_epoch_are_two(tmp_path: Path) -> None:
    first = keras.callbacks.LearningRateScheduler(lambda epoch, rate: 0.2)
    second = keras.callbacks.LearningRateScheduler(lambda epoch, rate: 0.3)

    told = fit(tmp_path, first, second, epochs=1)

    assert [change[1:3] for change in changes(told)] == [(0.1, 0.2), (0.2, 0.3)]


def test_a_callback_of_the_users_own_is_told_by_its_class(tmp_path: Path) -> None:
    class Warmup(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            self.model.optimizer.learning_rate = 0.01 * (epoch + 1)

    told = fit(tmp_path, Warmup(), epochs=2)

    assert changes(told) == [(0, 0.1, 0.01, "Warmup"), (1, 0.01, 0.02, "Warmup")]
    assert "Warmup" in (told.last(Adapted).technique.of or "")


def test_a_lambda_callback_is_found_in_the_loop_that_calls_it(tmp_path: Path) -> None:
    model_of: list[Any] = []

    def change(epoch: int, logs: Any) -> None:
        model_of[0].optimizer.learning_rate.assign(0.02)

    x_train, y_train = digits()
    model_of.append(network(optimizer=keras.optimizers.SGD(0.1)))
    other = keras.callbacks.LambdaCallback(on_epoch_begin=lambda epoch, logs: None)
    changing = keras.callbacks.LambdaCallback(on_epoch_end=change)
    with watching(tmp_path) as told:
        model_of[0].fit(x_train, y_train, epochs=2, verbose=0, callbacks=[other, changing])

    assert changes(told) == [(0, 0.1, 0.02, "LambdaCallback")]
    assert told.one(Adapted).technique == told.one(TrainingStarted).techniques[1]


def test_a_change_within_an_epoch_tells_the_batch(tmp_path: Path) -> None:
    class Dropping(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
            if batch == 1:
                self.model.optimizer.learning_rate = 0.01

    told = fit(tmp_path, Dropping(), epochs=1)

    assert told.one(Adapted).batch == 1
    assert told.one(EpochEnded).learning_rate == 0.01


def test_a_schedule_in_the_optimizer_is_told_as_such(tmp_path: Path) -> None:
    """The rate moves at every step: a row for each epoch that begins with another rate."""
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, decay_steps=2, decay_rate=0.5)

    told = fit(tmp_path, optimizer=keras.optimizers.SGD(schedule), epochs=3)

    (technique,) = told.one(TrainingStarted).techniques
    assert (technique.name, technique.type) == ("ExponentialDecay", "schedule")
    assert technique.settings["decay_rate"] == 0.5
    assert changes(told) == [
        (1, 0.1, 0.05, "ExponentialDecay"), (2, 0.05, 0.025, "ExponentialDecay"),
    ]  # fmt: skip
    assert told.all(Adapted)[0].technique == technique


def test_a_schedule_that_stays_is_no_adaptation(tmp_path: Path) -> None:
    schedule = keras.optimizers.schedules.PiecewiseConstantDecay([3], [0.1, 0.01])

    told = fit(tmp_path, optimizer=keras.optimizers.SGD(schedule), epochs=4)

    assert changes(told) == [(2, 0.1, 0.01, "PiecewiseConstantDecay")]


def test_a_schedule_of_the_users_own_is_asked_only_where_it_just_calculates(
    tmp_path: Path, capsys: Any
) -> None:
    class Talking(keras.optimizers.schedules.LearningRateSchedule):
        def __call__(self, step: Any) -> Any:
            print("asked")  # noqa: T201 -- what the test counts
            return 0.1

    fit(tmp_path / "watched", optimizer=keras.optimizers.SGD(Talking()), epochs=3)

    watched = capsys.readouterr().out.count("asked")
    x_train, y_train = digits()
    network(optimizer=keras.optimizers.SGD(Talking())).fit(x_train, y_train, epochs=3, verbose=0)
    assert watched == capsys.readouterr().out.count("asked")


def test_setting_the_momentum_changes_nothing_in_the_compiled_step(tmp_path: Path) -> None:
    class Slowing(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            self.model.optimizer.momentum = 0.1 * epoch

    told = fit(tmp_path, Slowing(), optimizer=keras.optimizers.SGD(0.1, momentum=0.5))

    assert changes(told) == []


def test_restoring_the_state_of_an_optimizer_is_no_adaptation(tmp_path: Path) -> None:
    x_train, y_train = digits()
    saved = network(optimizer=keras.optimizers.SGD(0.03))
    saved.fit(x_train, y_train, verbose=0)
    saved.save(tmp_path / "saved.weights.keras")
    model = network(optimizer=keras.optimizers.SGD(0.1))
    restoring = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, logs: model.load_weights(tmp_path / "saved.weights.keras")
    )

    with watching(tmp_path) as told:
        model.fit(x_train, y_train, epochs=2, verbose=0, callbacks=[restoring])

    assert changes(told) == []


def test_a_change_made_past_the_assignment_is_told_as_not_observed(tmp_path: Path) -> None:
    class Sneaking(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            if epoch == 0:
                self.model.optimizer.learning_rate._value.assign(0.25)

    told = fit(tmp_path, Sneaking(), epochs=2)

    assert changes(told) == [(0, 0.1, 0.25, "not observed")]


def test_after_the_fit_no_assignment_is_watched(tmp_path: Path) -> None:
    before = {kind: dict(vars(kind)) for kind in keras.Variable.__mro__}

    fit(tmp_path, epochs=1)

    assert all(dict(vars(kind)) == before[kind] for kind in keras.Variable.__mro__)


def test_metrics_are_no_place_for_a_rate(tmp_path: Path) -> None:
    told = fit(tmp_path, keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate))

    assert told.all(Metric) == []
    assert all(set(one.metrics) == {"accuracy", "loss"} for one in told.all(EpochEnded))
