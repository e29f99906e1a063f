package store

import (
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode"
	"unicode/utf8"
)

const (
	// MaxName is the longest name, id or key, in bytes.
	MaxName = 256
	// MaxValue is the largest value or payload, in bytes.
	MaxValue = 1 << 20
	// MaxLimit is the most that one call of Entries, Recent or Claim gives.
	MaxLimit = 1000
)

// CheckName says as ErrInvalid what is wrong with a name: it must be 1 to
// MaxName bytes of UTF-8 without control characters and braces (which steer
// where Redis Cluster puts a key). The message tells what sort of name it is,
// not the name, which may be a person's key.
func CheckName(what, name string) error {
	switch {
	case name == "":
		return fmt.Errorf("%w: %s is empty", ErrInvalid, what)
	case len(name) > MaxName:
		return fmt.Errorf("%w: %s has %d bytes, more than %d", ErrInvalid, what, len(name), MaxName)
	case !utf8.ValidString(name):
		return fmt.Errorf("%w: %s is not UTF-8", ErrInvalid, what)
	}
	for _, r := range name {
		if r == '{' || r == '}' || unicode.IsControl(r) {
			return fmt.Errorf("%w: %s contains %q", ErrInvalid, what, r)
		}
	}
	return nil
}

// CheckValue says as ErrInvalid when a value is larger than MaxValue.
func CheckValue(value []byte) error {
	if len(value) > MaxValue {
		return fmt.Errorf("%w: value has %d bytes, more than %d", ErrInvalid, len(value), MaxValue)
	}
	return nil
}

// CheckTime says as ErrInvalid when a time is before 1970 or after 9999.
func CheckTime(t time.Time) error {
	if ms := t.UnixMilli(); ms < 0 || t.Year() > 9999 {
		return fmt.Errorf("%w: time %s", ErrInvalid, t.UTC().Format(time.RFC3339))
	}
	return nil
}

// CheckTTL says as ErrInvalid when a time to live is not more than zero.
func CheckTTL(ttl time.Duration) error {
	if ttl <= 0 {
		return fmt.Errorf("%w: time to live %s", ErrInvalid, ttl)
	}
	return nil
}

// CheckLimit says as ErrInvalid when a limit is not 1 to MaxLimit.
func CheckLimit(limit int) error {
	if limit < 1 || limit > MaxLimit {
		return fmt.Errorf("%w: limit %d is not 1 to %d", ErrInvalid, limit, MaxLimit)
	}
	return nil
}

// CheckRecord says as ErrInvalid what is wrong with a person's key or kind.
func CheckRecord(person Person, kind Kind) error {
	if err := CheckName("person", string(person)); err != nil {
		return err
	}
	if !slices.Contains(Kinds(), kind) {
		return fmt.Errorf("%w: kind %q is not one of Kinds", ErrInvalid, kind)
	}
	return nil
}

// CheckHeld says as ErrInvalid when a job is not one that Claim gave.
func CheckHeld(job Job) error {
	if job.Token == "" {
		return fmt.Errorf("%w: job has no token of a claim", ErrInvalid)
	}
	return errors.Join(CheckName("queue", job.Queue), CheckName("job id", job.ID), CheckName("token", job.Token))
}

// CheckClaim says as ErrInvalid what is wrong with the arguments of Claim.
func CheckClaim(queue, owner string, now time.Time, lease time.Duration, limit int) error {
	if lease <= 0 {
		return fmt.Errorf("%w: lease %s", ErrInvalid, lease)
	}
	return errors.Join(CheckName("queue", queue), CheckName("owner", owner), CheckTime(now), CheckLimit(limit))
}

// CheckTake says as ErrInvalid what is wrong with the arguments of Take.
func CheckTake(key string, rate float64, burst int, now time.Time) error {
	if !(rate >= 1e-6 && rate <= 1e6) || burst < 1 || burst > 1e6 {
		return fmt.Errorf("%w: rate %g a second, burst %d", ErrInvalid, rate, burst)
	}
	return errors.Join(CheckName("key", key), CheckTime(now))
}
