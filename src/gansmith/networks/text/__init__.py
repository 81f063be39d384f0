"""Networks for texts: generators that write token by token, discriminators that read all of it."""
