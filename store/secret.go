package store

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// SecretFile is the name of the secret's file in the data folder.
const SecretFile = "secret"

// LoadOrCreateSecret returns the secret kept in dir, making both if there are
// none: 32 random bytes, in hexadecimal, readable by the owner alone. When
// several processes start at once, they all get the same secret. Keep the file
// with the store's: without it the people in the store aren't found again.
func LoadOrCreateSecret(dir string) ([]byte, error) {
	path := filepath.Join(dir, SecretFile)
	secret, err := readSecret(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return secret, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the folder for the secret: %w", err)
	}
	fresh := make([]byte, 32)
	rand.Read(fresh) // never fails, by its contract
	if err := placeSecret(path, fresh); err != nil {
		return nil, fmt.Errorf("keeping a new secret: %w", err)
	}
	// Whoever was first placed it; all use that one.
	return readSecret(path)
}

// placeSecret writes the secret to path unless a file is there already. The
// file appears whole: it is written under another name and then linked.
func placeSecret(path string, secret []byte) error {
	temp, err := os.CreateTemp(filepath.Dir(path), ".secret-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name())
	_, err = temp.WriteString(hex.EncodeToString(secret) + "\n")
	err = errors.Join(err, temp.Sync(), temp.Close())
	if err != nil {
		return err
	}
	err = os.Link(temp.Name(), path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return syncDir(filepath.Dir(path))
	}
	// Some file systems have no links. Then a reader may meet the file while
	// it is being written; readSecret waits for that.
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = file.WriteString(hex.EncodeToString(secret) + "\n")
	return errors.Join(err, file.Sync(), file.Close())
}

// syncDir makes a new name in a folder durable. Where folders can't be synced
// (Windows) the name is as safe as that system makes it.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	_ = d.Sync()
	return nil
}

func readSecret(path string) ([]byte, error) {
	for wait := time.Millisecond; ; wait *= 2 {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("reading the secret: %w", err)
		}
		line, whole := bytes.CutSuffix(text, []byte("\n"))
		if !whole && len(text) < 64 && wait < 300*time.Millisecond {
			time.Sleep(wait)
			continue
		}
		secret, err := hex.DecodeString(string(bytes.TrimSpace(line)))
		if err != nil || len(secret) < MinSecret {
			return nil, fmt.Errorf("%w: the secret in %s is not at least %d bytes in hexadecimal", ErrInvalid, path, MinSecret)
		}
		return secret, nil
	}
}
