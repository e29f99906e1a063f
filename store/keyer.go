package store

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
)

// MinSecret is the shortest secret a Keyer takes, in bytes.
const MinSecret = 16

// Keyer turns user ids into Person keys. Ids are short numbers that anyone can
// enumerate, so a plain hash would hide nothing; under a secret that isn't in
// the store, the key tells nobody whose it is. Safe for use by many goroutines.
type Keyer struct {
	secret []byte
}

// NewKeyer makes a Keyer. All processes that share a store need the same
// secret; with another one nobody's records are found again. ErrInvalid when
// the secret is shorter than MinSecret.
func NewKeyer(secret []byte) (*Keyer, error) {
	if len(secret) < MinSecret {
		return nil, fmt.Errorf("%w: secret has %d bytes, fewer than %d", ErrInvalid, len(secret), MinSecret)
	}
	return &Keyer{secret: append([]byte(nil), secret...)}, nil
}

// Person returns the key of the person with that user id: 43 characters,
// HMAC-SHA-256 (RFC 2104) in unpadded base64url. The same id under the same
// secret always gives the same key.
func (k *Keyer) Person(userID string) Person {
	return Person(base64.RawURLEncoding.EncodeToString(k.sum("person", userID)))
}

// sum keeps what is derived from the secret for one purpose apart from what is
// derived for another.
func (k *Keyer) sum(purpose, text string) []byte {
	mac := hmac.New(sha256.New, k.secret)
	mac.Write([]byte(purpose + "\x00" + text))
	return mac.Sum(nil)
}

// CheckSecret compares the Keyer's secret with the one the store was first
// used under, of which the store holds a fingerprint, and returns
// ErrOtherSecret when they differ: then nobody's records would be found, nor
// deleted when the person asks for it. Call it at start; on ErrUnavailable go
// on and call it again later.
func (k *Keyer) CheckSecret(ctx context.Context, s Durable) error {
	const collection, id = "store", "secret-fingerprint"
	mine := hex.EncodeToString(k.sum("fingerprint", "")[:8])
	_, err := Save(ctx, s, collection, id, []byte(mine), 0)
	if !errors.Is(err, ErrConflict) {
		return err
	}
	doc, err := s.Load(ctx, collection, id)
	if err != nil {
		return err
	}
	if !hmac.Equal(doc.Value, []byte(mine)) {
		return ErrOtherSecret
	}
	return nil
}
