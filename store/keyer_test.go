package store_test

import (
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"madoguchi/store"
	"madoguchi/store/embedded"
)

func keyer(t *testing.T, secret string) *store.Keyer {
	t.Helper()
	k, err := store.NewKeyer([]byte(secret))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestKeyer(t *testing.T) {
	a, b := keyer(t, strings.Repeat("a", 32)), keyer(t, strings.Repeat("b", 32))
	const id = "80351110224678912"
	person := a.Person(id)
	// python3: base64.urlsafe_b64encode(hmac.digest(b"a"*32, b"person\0"+id, "sha256"))
	if want := store.Person("1ALj9HVFxblSOAcWJqr4NnRiirlWlYDqDZZLqwap-WE"); person != want {
		t.Errorf("key %q, want %q: a change of the formula forgets everybody", person, want)
	}
	if a.Person(id) != person {
		t.Error("the same id gives another key")
	}
	if b.Person(id) == person || a.Person(id+"0") == person {
		t.Error("another secret or id gives the same key")
	}
	if err := store.CheckName("person", string(person)); err != nil {
		t.Error(err)
	}
	if _, err := store.NewKeyer([]byte("short")); !errors.Is(err, store.ErrInvalid) {
		t.Errorf("short secret: %v, want ErrInvalid", err)
	}
}

func TestKeyerKeepsItsSecret(t *testing.T) {
	secret := []byte(strings.Repeat("a", 32))
	k, err := store.NewKeyer(secret)
	if err != nil {
		t.Fatal(err)
	}
	before := k.Person("1")
	clear(secret) // callers may wipe theirs
	if k.Person("1") != before {
		t.Error("the key changed with the caller's slice")
	}
}

func TestCheckSecret(t *testing.T) {
	ctx := t.Context()
	s, err := embedded.Open(filepath.Join(t.TempDir(), "store.db"), embedded.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	a, b := keyer(t, strings.Repeat("a", 32)), keyer(t, strings.Repeat("b", 32))
	for i, c := range []struct {
		k    *store.Keyer
		want error
	}{{a, nil}, {a, nil}, {b, store.ErrOtherSecret}, {a, nil}} {
		if err := c.k.CheckSecret(ctx, s); !errors.Is(err, c.want) {
			t.Errorf("step %d: %v, want %v", i, err, c.want)
		}
	}
}

func TestLoadOrCreateSecret(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	first, err := store.LoadOrCreateSecret(dir)
	if err != nil {
		t.Fatal(err)
	}
	again, err := store.LoadOrCreateSecret(dir)
	if err != nil || string(again) != string(first) || len(first) != 32 {
		t.Fatalf("%d bytes, then %d, same: %v, %v", len(first), len(again), string(again) == string(first), err)
	}
	other, err := store.LoadOrCreateSecret(t.TempDir())
	if err != nil || string(other) == string(first) {
		t.Fatalf("another folder has the same secret, %v", err)
	}
	info, err := os.Stat(filepath.Join(dir, store.SecretFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; want 0600", info.Mode(), err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("%d files in the folder, %v; want the secret alone", len(entries), err)
	}
}

func TestLoadOrCreateSecretAtOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	var mu sync.Mutex
	got := map[string]bool{}
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			secret, err := store.LoadOrCreateSecret(dir)
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			got[hex.EncodeToString(secret)] = true
			mu.Unlock()
		})
	}
	wg.Wait()
	if len(got) != 1 {
		t.Errorf("%d secrets by 16 at once, want 1", len(got))
	}
}

func TestLoadSecretDamaged(t *testing.T) {
	for name, text := range map[string]string{
		"empty": "", "not hexadecimal": strings.Repeat("z", 64) + "\n", "short": "abcd\n",
		"half-written": strings.Repeat("a", 31),
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, store.SecretFile)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := store.LoadOrCreateSecret(dir)
		if !errors.Is(err, store.ErrInvalid) || !strings.Contains(err.Error(), path) || text != "" && strings.Contains(err.Error(), strings.TrimSpace(text)) {
			t.Errorf("%s: %v, want ErrInvalid that names the file and not what is in it", name, err)
		}
		if after, _ := os.ReadFile(path); string(after) != text {
			t.Errorf("%s: the file was changed", name)
		}
	}
}
