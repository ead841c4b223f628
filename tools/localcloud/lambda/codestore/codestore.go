// Package codestore stores functions' zips by digest, and unpacks each once.
//
// It knows zip files and folders, and nothing of functions or of AWS's API.
package codestore

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
)

// MaxUnpacked is the largest code, unpacked, in bytes (250 MB).
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const MaxUnpacked = 250 << 20

// ErrNotAZip means that the bytes cannot be unpacked.
var ErrNotAZip = errors.New("not a zip file")

// ErrEmpty means that a zip has no entries.
var ErrEmpty = errors.New("the zip is empty")

// ErrTooLarge means that the code exceeds MaxUnpacked.
var ErrTooLarge = errors.New("the unpacked code is too large")

// Code names one stored zip.
type Code struct {
	Digest string // SHA-256, lower-case hex
	Size   int64  // of the zip, in bytes
}

// SHA256 returns the digest as AWS writes it, in base64.
func (c Code) SHA256() string {
	raw, _ := hex.DecodeString(c.Digest) // made by Put
	return base64.StdEncoding.EncodeToString(raw)
}

// Digest returns the digest under which Put would store raw.
func Digest(raw []byte) Code {
	sum := sha256.Sum256(raw)
	return Code{Digest: hex.EncodeToString(sum[:]), Size: int64(len(raw))}
}

// Store is a folder of zips and their content. It is safe for concurrent use.
type Store struct {
	dir    string
	mu     sync.Mutex // one unpacking at a time; also excludes a sweep
	unused map[string]bool
}

// Open opens a store, creates its folder if it does not exist, and removes what a
// crash left unfinished.
func Open(dir string) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	left, err := filepath.Glob(filepath.Join(dir, "tmp-*"))
	if err != nil {
		return nil, err
	}
	for _, path := range left {
		if err := removeTree(path); err != nil {
			return nil, err
		}
	}
	return &Store{dir: dir, unused: map[string]bool{}}, nil
}

// Put stores a zip and unpacks it, so that a broken one is found here and not by
// the first invocation. It returns ErrNotAZip, ErrEmpty or ErrTooLarge for one
// that cannot be unpacked.
func (s *Store) Put(raw []byte) (Code, error) {
	if err := check(raw); err != nil {
		return Code{}, err
	}
	c := Digest(raw)
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.unused, c.Digest)
	if _, err := os.Stat(s.Zip(c.Digest)); err == nil {
		return c, nil
	}
	if err := writeFile(s.dir, s.Zip(c.Digest), raw); err != nil {
		return c, err
	}
	if _, err := s.unpack(c.Digest); err != nil {
		return c, errors.Join(broken(err), os.Remove(s.Zip(c.Digest)))
	}
	return c, nil
}

// broken marks an error of unpacking that is caused by the zip: an entry that is
// corrupt, or that conflicts with another.
func broken(err error) error {
	var corrupt flate.CorruptInputError
	isKnown := func(known error) bool { return errors.Is(err, known) }
	if errors.As(err, &corrupt) || slices.ContainsFunc([]error{
		zip.ErrFormat, zip.ErrAlgorithm, zip.ErrChecksum, io.ErrUnexpectedEOF, errLink, fs.ErrExist,
		syscall.ENOTDIR, syscall.EISDIR, syscall.ENAMETOOLONG,
	}, isKnown) {
		return fmt.Errorf("%w: %w", ErrNotAZip, err)
	}
	return err
}

// Zip returns the path of a stored zip.
func (s *Store) Zip(digest string) string { return filepath.Join(s.dir, digest+".zip") }

func check(raw []byte) error {
	r, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotAZip, err)
	}
	if len(r.File) == 0 {
		return ErrEmpty
	}
	var size uint64
	for _, f := range r.File {
		if size += f.UncompressedSize64; size > MaxUnpacked {
			return ErrTooLarge
		}
		if !filepath.IsLocal(strings.TrimSuffix(f.Name, "/")) {
			return fmt.Errorf("%w: the entry %q leads out of the archive", ErrNotAZip, f.Name)
		}
	}
	return nil
}

func writeFile(dir, path string, raw []byte) error {
	f, err := os.CreateTemp(dir, "tmp-*")
	if err != nil {
		return err
	}
	_, err = f.Write(raw)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
