"""Modules and parameters that cannot be filled in place, refused by name."""

from __future__ import annotations

import sys
from typing import Any

import torch
from torch import nn

from fanin import FaninError


def refuse_module(module: nn.Module) -> None:
    """Refuse FSDP1, whose parameters are flattened into one.

    Raises
    ------
    FaninError
    """
    fsdp: Any = sys.modules.get("torch.distributed.fsdp")
    if fsdp is None:
        return
    for path, one in module.named_modules():
        if isinstance(one, fsdp.FullyShardedDataParallel):
            raise FaninError(
                f"'{path or type(one.module).__name__}' is wrapped by FSDP1, which flattens parameters; use FSDP2's "
                "fully_shard, or initialize before wrapping"
            )


def refuse_lazy(tensor: torch.Tensor, name: str) -> None:
    """Refuse parameters whose shape is not known yet.

    Raises
    ------
    FaninError
    """
    if nn.parameter.is_lazy(tensor):
        raise FaninError(f"'{name}' is lazy and has no shape; run a forward pass first")


def refuse_parameter(tensor: torch.Tensor, name: str) -> None:
    """Refuse parameters that are lazy, flattened by FSDP1, or partitioned by DeepSpeed.

    Raises
    ------
    FaninError
    """
    refuse_lazy(tensor, name)
    if getattr(tensor, "_is_flat_param", False):
        raise FaninError(f"'{name}' is a flattened parameter of FSDP1; use FSDP2's fully_shard")
    if hasattr(tensor, "ds_id") and not tensor.numel():
        raise FaninError(
            f"'{name}' is partitioned by DeepSpeed; call inside deepspeed.zero.GatheredParameters(parameters, "
            "modifier_rank=0)"
        )


def refuse_parametrization(owner: nn.Module, key: str, name: str) -> None:
    """Refuse the original of a parametrization, whose values are not those of the parameter.

    Raises
    ------
    FaninError
    """
    if isinstance(owner, nn.utils.parametrize.ParametrizationList) and key.startswith("original"):
        plain = name.replace("parametrizations.", "").removesuffix(f".{key}")
        raise FaninError(
            f"'{plain}' is parametrized: its values are computed from '{name}'; initialize before the parametrization, "
            f"or fill the original with names={{'{name}': '{plain}'}}"
        )


def reshard(module: nn.Module) -> None:
    """Return FSDP2 modules to their sharded state, whose memory is the one that counts.

    After a forward pass the parameters of the root are plain copies: what is written there is lost.
    """
    fsdp: Any = sys.modules.get("torch.distributed.fsdp")
    if fsdp is None or not hasattr(fsdp, "FSDPModule"):
        return
    sharded: list[Any] = [one for one in module.modules() if isinstance(one, fsdp.FSDPModule)]
    for one in sharded:
        one.reshard()
