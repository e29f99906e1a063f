package storetest

import (
	"net"
	"sync"
	"sync/atomic"
	"testing"
)

// Proxy stands between a client and a server and misbehaves as told.
type Proxy struct {
	// Addr is where it listens.
	Addr string

	target   string
	listener net.Listener
	hang     atomic.Bool
	lose     atomic.Int64
	wg       sync.WaitGroup

	mu    sync.Mutex
	conns map[net.Conn]bool
}

// StartProxy listens on a free loopback port for a server at target, until the
// test ends.
func StartProxy(t testing.TB, target string) *Proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{Addr: l.Addr().String(), target: target, listener: l, conns: map[net.Conn]bool{}}
	p.wg.Go(p.serve)
	t.Cleanup(func() {
		l.Close()
		p.Cut()
		p.wg.Wait()
	})
	return p
}

// Hang makes the proxy swallow what it is sent (true), or pass it on again. A
// connection that met a hang stays broken.
func (p *Proxy) Hang(on bool) { p.hang.Store(on) }

// LoseAnswers makes the proxy pass on requests but close the connection in
// place of the next n answers.
func (p *Proxy) LoseAnswers(n int) { p.lose.Store(int64(n)) }

// Cut closes all connections.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		c.Close()
	}
	clear(p.conns)
}

func (p *Proxy) serve() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", p.target)
		if err != nil {
			client.Close()
			continue
		}
		p.mu.Lock()
		p.conns[client], p.conns[server] = true, true
		p.mu.Unlock()
		p.wg.Go(func() { p.pump(client, server, false) })
		p.wg.Go(func() { p.pump(server, client, true) })
	}
}

func (p *Proxy) pump(from, to net.Conn, answers bool) {
	defer from.Close()
	defer to.Close()
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		if err != nil {
			return
		}
		if p.hang.Load() {
			continue
		}
		if answers && p.lose.Add(-1) >= 0 {
			return
		}
		if _, err := to.Write(buf[:n]); err != nil {
			return
		}
	}
}
