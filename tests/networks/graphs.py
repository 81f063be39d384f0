"""Compiles and exports every pair in a process of its own: torch cannot trace the shape checks."""

import itertools

import torch

from gansmith.registry import discriminators, generators

torch.set_num_threads(1)
for name, size in itertools.product(["mlp", "dcgan", "sngan", "modern", "stylegan2"], [16, 18]):
    options = {} if name == "mlp" else {"width": 4}
    shape = (1, size, size)
    generator = generators.build(name, options, shape=shape, latent=4)
    discriminator = discriminators.build(name, options, shape=shape)
    latent = torch.randn(8, 4)
    compiled = [
        torch.compile(n, backend="aot_eager", fullgraph=True) for n in (generator, discriminator)
    ]
    compiled[1](compiled[0](latent)).scores.sum().backward()
    assert all(p.grad is not None for p in generator.parameters())

    generator.eval()
    expected = generator(latent)
    dynamic = {"latent": {0: torch.export.Dim("batch", min=1)}}
    exported = torch.export.export(generator, (latent[:2],), dynamic_shapes=dynamic).module()
    torch.testing.assert_close(exported(latent), expected)
    with torch.no_grad():
        traced = torch.jit.trace(generator, latent[:2], check_trace=False)
    torch.testing.assert_close(traced(latent), expected)
    torch._dynamo.reset()
    print(name, size, "ok")
