"""Compares the time of `init_` with that of torch: a Llama of 100 M parameters on one process, and shards of 4 ranks.

On one process, `fanin.torch.init_(model, "llama", seed)` is compared with transformers' own initialization of the same
model, on two threads. On 4 ranks, each rank's `init_` of its FSDP2 shard is compared with `torch.nn.init` on the memory
of that shard, one rank at a time, on one thread each. Times are taken in turns; ratios are medians of the rounds.

Usage: speed.py [ROUNDS]
"""

import os
import statistics
import sys
import tempfile
import time

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 7
RANKS = 4


def llama():
    """A Llama of 100 M parameters."""
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        hidden_size=640,
        intermediate_size=1728,
        num_hidden_layers=16,
        num_attention_heads=10,
        num_key_value_heads=10,
        vocab_size=32000,
        tie_word_embeddings=True,
    )
    return LlamaForCausalLM(config)


def seconds(work):
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def compare(fanin_init, theirs):
    """Medians of both times and of their ratio, in turns."""
    pairs = []
    for turn in range(ROUNDS + 1):
        first, second = (fanin_init, theirs) if turn % 2 else (theirs, fanin_init)
        times = {first: seconds(first), second: seconds(second)}
        pairs.append((times[fanin_init], times[theirs]))
    # The first turn warms caches and threads.
    pairs = pairs[1:]
    ours, others = (statistics.median(column) for column in zip(*pairs))
    return ours, others, statistics.median(other / our for our, other in pairs)


def one_process():
    os.environ["RAYON_NUM_THREADS"] = "2"
    import torch

    import fanin.torch

    torch.set_num_threads(2)
    model = llama()
    elements = sum(one.numel() for one in model.parameters())

    def ours():
        fanin.torch.init_(model, "llama", 42)

    def theirs():
        # What poison_ does: transformers skips what is marked.
        for one in [*model.modules(), *model.parameters(), *model.buffers()]:
            vars(one).pop("_is_hf_initialized", None)
        model.initialize_weights()

    ours()
    before = model.model.layers[3].mlp.up_proj.weight.clone()
    theirs()
    assert not torch.equal(before, model.model.layers[3].mlp.up_proj.weight), "transformers has initialized nothing"
    ours()
    assert torch.equal(before, model.model.layers[3].mlp.up_proj.weight)
    time_ours, time_theirs, ratio = compare(ours, theirs)
    print(f"one process, 2 threads, {elements / 1e6:.0f} M parameters:")
    print(f"  init_ {time_ours:.3f} s, transformers {time_theirs:.3f} s: {ratio:.2f}x as fast")
    return ratio


def rank_main(rank, folder):
    os.environ["RAYON_NUM_THREADS"] = "1"
    os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
    import torch
    import torch.distributed as dist
    from torch.distributed.fsdp import fully_shard
    from torch.distributed.tensor import DTensor

    import fanin.torch

    torch.set_num_threads(1)
    dist.init_process_group("gloo", store=dist.FileStore(f"{folder}/store", RANKS), rank=rank, world_size=RANKS)
    model = llama()
    for layer in model.model.layers:
        fully_shard(layer)
    fully_shard(model)
    shards = [(one.ndim, one.to_local().detach()) for one in model.parameters() if isinstance(one, DTensor)]

    def ours():
        fanin.torch.init_(model, "llama", 42)

    def theirs():
        for axes, shard in shards:
            if axes > 1:
                torch.nn.init.normal_(shard, std=0.02)
            else:
                torch.nn.init.ones_(shard)

    for turn in range(RANKS):
        dist.barrier()
        if turn == rank:
            time_ours, time_theirs, ratio = compare(ours, theirs)
            elements = sum(shard.numel() for _, shard in shards) / 1e6
            print(
                f"  rank {rank}, {elements:.0f} M: init_ {time_ours:.3f} s, nn.init {time_theirs:.3f} s: {ratio:.2f}x"
            )
            with open(f"{folder}/{rank}", "w") as file:
                file.write(str(ratio))
    dist.barrier()
    dist.destroy_process_group()


def four_ranks():
    import torch.multiprocessing as mp

    print(f"{RANKS} ranks, FSDP2, one thread each, one rank at a time:", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        mp.spawn(rank_main, args=(folder,), nprocs=RANKS)
        return min(float(open(f"{folder}/{rank}").read()) for rank in range(RANKS))


if __name__ == "__main__":
    alone, slowest = one_process(), four_ranks()
    print(f"at least 3x as fast as transformers: {'yes' if alone >= 3 else 'NO'}")
    print(f"each rank no slower than nn.init on its shard: {'yes' if slowest >= 1 else 'NO'}")
    sys.exit(alone < 3 or slowest < 1)
