package cli

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

type healthCommand struct {
	HTTPAddr string `name:"http-addr" env:"HTTP_ADDR" placeholder:"ADDR" help:"Where the bot on this machine serves /healthz."`
	Ready    bool   `help:"Ask whether it takes events (/readyz) instead of whether it lives."`
}

// Run asks a bot on this machine how it is, for a container without shell or curl.
func (c *healthCommand) Run(ctx context.Context, m *Main) error {
	host, port, err := net.SplitHostPort(c.HTTPAddr)
	if err != nil {
		return usage("health: HTTP_ADDR is not an address like :8080")
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	path := "/healthz"
	if c.Ready {
		path = "/readyz"
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+path, nil)
	if err != nil {
		return usage("health: HTTP_ADDR is not an address like :8080")
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return fmt.Errorf("the bot doesn't answer: %w", err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, 1<<10))
	if err != nil {
		return fmt.Errorf("the bot doesn't answer: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the bot answers %d: %s", resp.StatusCode, strings.TrimSpace(string(text)))
	}
	_, err = m.Stdout.Write(text)
	return err
}
