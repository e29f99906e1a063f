package cli

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"

	"madoguchi/store"
	"madoguchi/store/embedded"
	"madoguchi/store/redis"
)

// storeFlags say where the bot remembers things.
type storeFlags struct {
	RedisURL string `name:"redis-url" env:"REDIS_URL" placeholder:"URL" help:"Redis: redis://host:6379/0, rediss:// for TLS, redis+sentinel://host1,host2/master or redis+cluster://host1,host2. Without it one file in the data folder, for one process."`
	DataDir  string `env:"DATA_DIR" default:"data" type:"path" placeholder:"DIR" help:"Folder for the embedded store and the secret."`
	Secret   string `env:"MADOGUCHI_SECRET" placeholder:"TEXT" help:"What user ids are hashed with, at least 32 characters, the same for all processes on one store. Without it one is made and kept in the data folder."`
}

// storeFile is the embedded store's name in the data folder.
const storeFile = "madoguchi.db"

// minSecret is the least number of characters of a secret that people choose.
const minSecret = 32

// dir is the data folder. A variable that is set to nothing, as in an example file,
// stands for its default.
func (s storeFlags) dir() string { return cmp.Or(s.DataDir, "data") }

// open opens the store that the flags name. Redis need not be up yet.
func (s storeFlags) open(log *slog.Logger) (store.Store, error) {
	if url := strings.TrimSpace(s.RedisURL); url != "" {
		st, err := redis.Open(url, redis.Options{Log: log})
		if err != nil {
			return nil, usage("%w", err)
		}
		return st, nil
	}
	st, err := embedded.Open(filepath.Join(s.dir(), storeFile), embedded.Options{Log: log})
	switch {
	case errors.Is(err, store.ErrLocked):
		return nil, usage("%s is in use by another process; several processes need Redis (REDIS_URL)", filepath.Join(s.dir(), storeFile))
	case err != nil:
		return nil, usage("DATA_DIR: the store can't be opened: %w", err)
	}
	return st, nil
}

// keyer makes what turns user ids into keys.
func (s storeFlags) keyer() (*store.Keyer, error) {
	secret := []byte(s.Secret)
	switch {
	case len(secret) == 0:
		var err error
		if secret, err = store.LoadOrCreateSecret(s.dir()); err != nil {
			return nil, usage("DATA_DIR: %w", err)
		}
	case len(secret) < minSecret:
		return nil, usage("MADOGUCHI_SECRET has %d characters; it needs at least %d", len(secret), minSecret)
	}
	k, err := store.NewKeyer(secret)
	if err != nil {
		return nil, fmt.Errorf("make keys of user ids: %w", err)
	}
	return k, nil
}
