package cli

import "context"

type serveCommand struct{}

func (c *serveCommand) Run(_ context.Context, _ *Main, _ *flags) error { return usage("serve") }
