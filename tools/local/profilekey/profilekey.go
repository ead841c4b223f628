// Package profilekey keeps the key of who may take profiles of a local cloud's
// functions: a file in the cloud's folder, for its owner alone.
package profilekey

import (
	"crypto/ed25519"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2"

	"github.com/seastack/seastack/core/profile"
)

const fileName = "profile.pem"

// Ensure returns the public key of a cloud's folder, as profile.ParsePublicKey reads
// it. It makes the key where there is none.
func Ensure(dir string) (public string, err error) {
	key, err := Read(dir)
	if errors.Is(err, fs.ErrNotExist) {
		var text []byte
		if key, text, err = profile.NewPrivateKey(); err != nil {
			return "", err
		}
		if err = os.MkdirAll(dir, 0o700); err != nil {
			return "", err
		}
		err = renameio.WriteFile(filepath.Join(dir, fileName), text, 0o600, renameio.WithTempDir(dir))
	}
	if err != nil {
		return "", err
	}
	return profile.PublicKey(key)
}

// Read returns the key of a cloud's folder. The error is fs.ErrNotExist where there is
// none.
func Read(dir string) (ed25519.PrivateKey, error) {
	text, err := os.ReadFile(filepath.Join(dir, fileName))
	if err != nil {
		return nil, err
	}
	return profile.ParsePrivateKey(text)
}
