// Package digest makes the SHA-256 digests that the builder knows contents by,
// in lower-case hexadecimal.
package digest

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"os"
)

// File returns the digest of a file's contents.
func File(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	sum := sha256.New()
	_, err = io.Copy(sum, file)
	return Hex(sum), err
}

// Bytes returns the digest of a text.
func Bytes(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// Hex returns the digest of what was written to a hash.
func Hex(sum hash.Hash) string { return hex.EncodeToString(sum.Sum(nil)) }
