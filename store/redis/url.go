package redis

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// target is what a URL names.
type target struct {
	goredis.UniversalOptions
	prefix string
}

const (
	defaultPrefix  = "madoguchi"
	defaultTimeout = time.Second
)

// parseURL reads the forms of REDIS_URL that Open documents. Its errors never
// repeat the URL, which may hold a password.
func parseURL(raw string) (*target, error) {
	scheme, rest, ok := strings.Cut(raw, "://")
	if !ok {
		return nil, errors.New("no scheme such as redis://")
	}
	t := &target{prefix: defaultPrefix}
	t.Protocol = 2
	t.DisableIdentity = true
	t.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	t.ContextTimeoutEnabled = true
	t.MaxRetries = 1
	t.MinRetryBackoff = 8 * time.Millisecond
	t.MaxRetryBackoff = 64 * time.Millisecond
	t.MaxRedirects = 3
	t.DialerRetries = 1
	t.PipelinePoolSize = -1 // pipelines use the one pool
	t.FailingTimeoutSeconds = 1

	rest, query, _ := strings.Cut(rest, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, errors.New("the part after ? can't be read")
	}
	authority, path, _ := strings.Cut(rest, "/")
	if i := strings.LastIndex(authority, "@"); i >= 0 {
		if err := t.credentials(authority[:i]); err != nil {
			return nil, err
		}
		authority = authority[i+1:]
	}

	kind, isTLS := scheme, false
	if strings.HasPrefix(scheme, "rediss") {
		kind, isTLS = "redis"+strings.TrimPrefix(scheme, "rediss"), true
	}
	switch kind {
	case "unix":
		if authority != "" || path == "" {
			return nil, errors.New("unix:// needs the absolute path of a socket, as in unix:///run/redis.sock")
		}
		t.Addrs, path = []string{"/" + path}, ""
	case "redis":
	case "redis+cluster":
		t.IsClusterMode = true
	case "redis+sentinel":
		t.MasterName, path, _ = strings.Cut(path, "/")
		if t.MasterName == "" && !values.Has("master_name") {
			return nil, errors.New("redis+sentinel:// needs the master's name, as in redis+sentinel://host1,host2/mymaster")
		}
	default:
		return nil, fmt.Errorf("unknown scheme %q", scheme)
	}
	if path != "" {
		if t.DB, err = strconv.Atoi(path); err != nil || t.DB < 0 {
			return nil, errors.New("the path is not a database number")
		}
	}
	if isTLS {
		t.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	if err := t.query(values); err != nil {
		return nil, err
	}
	if kind != "unix" {
		if err := t.hosts(authority, values["addr"]); err != nil {
			return nil, err
		}
	}
	if t.MasterName != "" && t.IsClusterMode {
		return nil, errors.New("both Sentinel and Cluster are asked for")
	}
	if t.DB != 0 && (t.IsClusterMode || t.MasterName == "" && len(t.Addrs) > 1) {
		return nil, errors.New("Redis Cluster has no database numbers")
	}
	t.Dialer = t.dialer()
	return t, nil
}

func (t *target) credentials(userinfo string) error {
	user, password, _ := strings.Cut(userinfo, ":")
	var err1, err2 error
	t.Username, err1 = url.PathUnescape(user)
	t.Password, err2 = url.PathUnescape(password)
	if err1 != nil || err2 != nil {
		return errors.New("the user name or password has a % that is no escape (write %25)")
	}
	return nil
}

// hosts reads host1,host2:port and the addr parameters.
func (t *target) hosts(list string, more []string) error {
	port := "6379"
	if t.MasterName != "" {
		port = "26379"
	}
	for _, host := range append(strings.Split(list, ","), more...) {
		if host == "" {
			host = "localhost"
		}
		addr := host
		if _, _, err := net.SplitHostPort(host); err != nil {
			addr = net.JoinHostPort(strings.Trim(host, "[]"), port)
		}
		h, p, err := net.SplitHostPort(addr)
		if n, perr := strconv.Atoi(p); err != nil || perr != nil || n < 1 || n > 65535 || strings.ContainsAny(h, "[]/ ") {
			return errors.New("an address is not host or host:port")
		}
		t.Addrs = append(t.Addrs, net.JoinHostPort(h, p))
	}
	return nil
}

func (t *target) query(values url.Values) error {
	timeout := defaultTimeout
	skipVerify := false
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		value := values.Get(name)
		var err error
		switch name {
		case "addr":
		case "db":
			t.DB, err = strconv.Atoi(value)
			if t.DB < 0 {
				err = errors.New("negative")
			}
		case "cluster":
			t.IsClusterMode, err = strconv.ParseBool(value)
		case "master_name":
			t.MasterName = value
		case "sentinel_username":
			t.SentinelUsername = value
		case "sentinel_password":
			t.SentinelPassword = value
		case "pool_size":
			t.PoolSize, err = strconv.Atoi(value)
			if t.PoolSize < 1 {
				err = errors.New("less than 1")
			}
		case "timeout":
			timeout, err = time.ParseDuration(value)
			if timeout <= 0 {
				err = errors.New("not more than zero")
			}
		case "prefix":
			t.prefix = value
			if value == "" || strings.ContainsAny(value, "{} \n") {
				err = errors.New("not a prefix")
			}
		case "skip_verify":
			skipVerify, err = strconv.ParseBool(value)
		default:
			return fmt.Errorf("unknown option %q", name)
		}
		if err != nil {
			return fmt.Errorf("option %s has a value that can't be used", name)
		}
	}
	if skipVerify {
		if t.TLSConfig == nil {
			return errors.New("option skip_verify is only for rediss://")
		}
		t.TLSConfig.InsecureSkipVerify = true
	}
	t.DialTimeout, t.ReadTimeout, t.WriteTimeout, t.PoolTimeout = timeout, timeout, timeout, timeout
	return nil
}

// dialer ends with the caller's context also during a TLS handshake, which
// go-redis' own doesn't.
func (t *target) dialer() func(ctx context.Context, network, addr string) (net.Conn, error) {
	plain := &net.Dialer{KeepAlive: time.Minute}
	timeout, config := t.DialTimeout, t.TLSConfig
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		ctx, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		if config == nil {
			return plain.DialContext(ctx, network, addr)
		}
		return (&tls.Dialer{NetDialer: plain, Config: config}).DialContext(ctx, network, addr)
	}
}
