package storetest

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// RequireEnv names the environment variable that, set to 1, makes a missing
// redis-server fail a test that would otherwise be skipped.
const RequireEnv = "MADOGUCHI_REQUIRE_REAL"

// Redis is a redis-server that a test started. Its methods end the test when
// they can't do what they say.
type Redis struct {
	// Addr is its host:port, the same across restarts.
	Addr string
	// Dir is its folder, where it persists.
	Dir string

	t    testing.TB
	args []string
	cmd  *exec.Cmd
	out  *bytes.Buffer
	done chan struct{}
}

// StartRedis starts a redis-server on a free loopback port, with an append-only
// file in a temporary folder, and stops it when the test ends. args are more
// of its settings, such as "--requirepass", "x". Where there is no
// redis-server the test is skipped; see RequireEnv.
func StartRedis(t testing.TB, args ...string) *Redis {
	t.Helper()
	return start(t, nil, args)
}

// start runs redis-server with leading arguments (a configuration file,
// --sentinel) before its settings.
func start(t testing.TB, leading []string, args []string) *Redis {
	t.Helper()
	needBinary(t, "redis-server")
	r := &Redis{t: t, Dir: t.TempDir()}
	t.Cleanup(r.Kill)
	for try := 1; ; try++ {
		port := freePort(t)
		r.Addr = net.JoinHostPort("127.0.0.1", port)
		r.args = append(append([]string{}, leading...), "--port", port, "--bind", "127.0.0.1", "--dir", r.Dir, "--loglevel", "warning")
		if leading == nil {
			r.args = append(r.args, "--save", "", "--appendonly", "yes")
		}
		r.args = append(r.args, args...)
		err := r.run()
		if err == nil {
			return r
		}
		if try == 3 {
			t.Fatalf("starting redis-server: %v", err)
		}
	}
}

func needBinary(t testing.TB, name string) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		if os.Getenv(RequireEnv) == "1" {
			t.Fatalf("%s is not installed, and %s=1", name, RequireEnv)
		}
		t.Skipf("%s is not installed; this test needs a real one", name)
	}
}

// freePort asks the system for a port. Another process may take it before the
// server does; start tries again then.
func freePort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// URL returns what REDIS_URL would be, without a password.
func (r *Redis) URL() string { return "redis://" + r.Addr }

// run starts the process and waits until it answers.
func (r *Redis) run() error {
	r.out = &bytes.Buffer{}
	r.done = make(chan struct{})
	r.cmd = exec.Command("redis-server", r.args...)
	r.cmd.Stdout, r.cmd.Stderr = r.out, r.out
	if err := r.cmd.Start(); err != nil {
		return err
	}
	go func(cmd *exec.Cmd, done chan struct{}) {
		_ = cmd.Wait() // killed by design
		close(done)
	}(r.cmd, r.done)
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		select {
		case <-r.done:
			return fmt.Errorf("it ended: %s", r.out)
		default:
		}
		if answer, err := Command(r.Addr, "PING"); err == nil && !strings.HasPrefix(answer, "-LOADING") {
			return nil
		}
	}
	r.Kill()
	return fmt.Errorf("it didn't answer within 10 seconds")
}

// Stop ends the server in an orderly way (SIGTERM) and waits for it.
func (r *Redis) Stop() {
	r.t.Helper()
	r.end(syscall.SIGTERM)
}

// Kill ends the server at once (SIGKILL) and waits for it. What it had
// acknowledged is in its append-only file.
func (r *Redis) Kill() { r.end(syscall.SIGKILL) }

func (r *Redis) end(signal syscall.Signal) {
	if r.cmd == nil || r.cmd.Process == nil {
		return
	}
	_ = r.cmd.Process.Signal(signal) // it may have ended by itself
	_ = r.cmd.Process.Signal(syscall.SIGCONT)
	select {
	case <-r.done:
	case <-time.After(10 * time.Second):
		_ = r.cmd.Process.Kill()
		<-r.done
	}
	r.cmd = nil
}

// Start brings a stopped server back, at the same address and with what it
// persisted.
func (r *Redis) Start() {
	r.t.Helper()
	if err := r.run(); err != nil {
		r.t.Fatalf("restarting redis-server: %v", err)
	}
}

// Restart is Stop and Start.
func (r *Redis) Restart() {
	r.t.Helper()
	r.Stop()
	r.Start()
}

// Freeze stops the server in its tracks: it accepts connections and never
// answers.
func (r *Redis) Freeze() { r.signal(syscall.SIGSTOP) }

// Thaw ends a Freeze.
func (r *Redis) Thaw() { r.signal(syscall.SIGCONT) }

func (r *Redis) signal(signal syscall.Signal) {
	r.t.Helper()
	if err := r.cmd.Process.Signal(signal); err != nil {
		r.t.Fatalf("signalling redis-server: %v", err)
	}
}

// Command sends one command to a server and returns its answer as it comes
// over the wire, without the last line break: +OK, :1, -ERR …, or a bulk
// string's text.
func Command(addr string, words ...string) (string, error) {
	conn, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(3 * time.Second)); err != nil {
		return "", err
	}
	request := fmt.Sprintf("*%d\r\n", len(words))
	for _, w := range words {
		request += fmt.Sprintf("$%d\r\n%s\r\n", len(w), w)
	}
	if _, err := conn.Write([]byte(request)); err != nil {
		return "", err
	}
	in := bufio.NewReader(conn)
	line, err := in.ReadString('\n')
	if err != nil {
		return "", err
	}
	line = strings.TrimRight(line, "\r\n")
	var n int
	if _, err := fmt.Sscanf(line, "$%d", &n); err == nil && n >= 0 {
		body := make([]byte, n)
		for got := 0; got < n; {
			m, err := in.Read(body[got:])
			if err != nil {
				return "", err
			}
			got += m
		}
		return string(body), nil
	}
	return line, nil
}

// command is Command that must work.
func command(t testing.TB, addr string, words ...string) string {
	t.Helper()
	answer, err := Command(addr, words...)
	if err != nil || strings.HasPrefix(answer, "-") {
		t.Fatalf("%s to %s: %v %s", words[0], addr, err, answer)
	}
	return answer
}

// Eventually waits until check is true, or ends the test after limit.
func Eventually(t testing.TB, limit time.Duration, what string, check func() bool) {
	t.Helper()
	for deadline := time.Now().Add(limit); !check(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("after %s still not: %s", limit, what)
		}
	}
}

// StartCluster starts a Redis Cluster of three masters and returns them.
func StartCluster(t testing.TB) []*Redis {
	t.Helper()
	var nodes []*Redis
	for range 3 {
		nodes = append(nodes, StartRedis(t, "--cluster-enabled", "yes", "--cluster-node-timeout", "1000"))
	}
	for i, n := range nodes {
		words := []string{"CLUSTER", "ADDSLOTS"}
		for slot := i * 16384 / 3; slot < (i+1)*16384/3; slot++ {
			words = append(words, fmt.Sprint(slot))
		}
		command(t, n.Addr, words...)
		command(t, n.Addr, "CLUSTER", "SET-CONFIG-EPOCH", fmt.Sprint(i+1))
	}
	host, port, _ := net.SplitHostPort(nodes[0].Addr)
	for _, n := range nodes[1:] {
		command(t, n.Addr, "CLUSTER", "MEET", host, port)
	}
	Eventually(t, 15*time.Second, "the cluster is complete", func() bool {
		for _, n := range nodes {
			info, err := Command(n.Addr, "CLUSTER", "INFO")
			if err != nil || !strings.Contains(info, "cluster_state:ok") || !strings.Contains(info, "cluster_known_nodes:3") {
				return false
			}
		}
		return true
	})
	return nodes
}

// Sentinels is a master with a replica, and a sentinel that watches them
// under the name "counter".
type Sentinels struct {
	Master, Replica, Sentinel *Redis
}

// StartSentinels starts the three. The sentinel takes the master for lost
// after half a second without answer.
func StartSentinels(t testing.TB) Sentinels {
	t.Helper()
	master := StartRedis(t)
	host, port, _ := net.SplitHostPort(master.Addr)
	replica := StartRedis(t, "--replicaof", host+" "+port)
	Eventually(t, 10*time.Second, "the replica follows the master", func() bool {
		info, err := Command(replica.Addr, "INFO", "replication")
		return err == nil && strings.Contains(info, "master_link_status:up")
	})
	conf := filepath.Join(t.TempDir(), "sentinel.conf")
	text := fmt.Sprintf("sentinel monitor counter %s %s 1\n"+
		"sentinel down-after-milliseconds counter 500\nsentinel failover-timeout counter 3000\n", host, port)
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	sentinel := start(t, []string{conf, "--sentinel"}, nil)
	Eventually(t, 15*time.Second, "the sentinel knows the replica", func() bool {
		info, err := Command(sentinel.Addr, "INFO", "sentinel")
		return err == nil && strings.Contains(info, "slaves=1")
	})
	return Sentinels{master, replica, sentinel}
}
