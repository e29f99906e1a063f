// Command madoguchi is a Discord bot, and a terminal program, that answers people
// who work or want to work in Japan, in Japanese, English, Vietnamese and Burmese.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"madoguchi/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.New().Run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}
