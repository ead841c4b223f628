package codestore

import (
	"archive/zip"
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func archive(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, text := range files {
		h := &zip.FileHeader{Name: name, Method: zip.Deflate}
		h.SetMode(0o755)
		if name == "link" {
			h.SetMode(fs.ModeSymlink | 0o777)
		}
		f, err := w.CreateHeader(h)
		if err == nil {
			_, err = f.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func open(t *testing.T) *Store {
	t.Helper()
	s, err := Open(filepath.Join(t.TempDir(), "code"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // a read-only folder cannot be removed
		if err := removeTree(s.dir); err != nil {
			t.Error(err)
		}
	})
	return s
}

func put(t *testing.T, s *Store, raw []byte) Code {
	t.Helper()
	c, err := s.Put(raw)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCodeIsUnpackedReadOnly(t *testing.T) {
	s := open(t)
	c := put(t, s, archive(t, map[string]string{"bootstrap": "run", "a/b": "text", "link": "a/b"}))
	dir, err := s.Unpack(c.Digest)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dir, "bootstrap"))
	if err != nil || info.Mode().Perm() != 0o555 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	if raw, err := os.ReadFile(filepath.Join(dir, "link")); err != nil || string(raw) != "text" {
		t.Errorf("link: %q %v", raw, err)
	}
	again, err := s.Unpack(c.Digest)
	if err != nil || again != dir {
		t.Errorf("unpacked again as %s, %v", again, err)
	}
}

func TestWhatCannotBeUnpackedIsRefused(t *testing.T) {
	s := open(t)
	for name, raw := range map[string][]byte{
		"text": []byte("text"), "escape": archive(t, map[string]string{"../x": ""}), "absolute": archive(t, map[string]string{"/x": ""}),
	} {
		if _, err := s.Put(raw); !errors.Is(err, ErrNotAZip) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDigestIsThatOfTheZip(t *testing.T) {
	raw := archive(t, map[string]string{"bootstrap": "x"})
	if c := put(t, open(t), raw); c != Digest(raw) || len(c.SHA256()) != 44 {
		t.Errorf("%+v, want %+v", c, Digest(raw))
	}
}

func TestSweepKeepsWhatWasInUseAMomentAgo(t *testing.T) {
	s := open(t)
	kept := put(t, s, archive(t, map[string]string{"bootstrap": "kept"}))
	old := put(t, s, archive(t, map[string]string{"bootstrap": "old"}))
	if _, err := s.Unpack(old.Digest); err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{kept.Digest: true}
	for range 2 {
		if _, err := os.Stat(s.Zip(old.Digest)); err != nil {
			t.Error(err)
		}
		if err := s.Sweep(used); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(filepath.Join(s.dir, old.Digest)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("unused code is still there: %v", err)
	}
	if _, err := s.Unpack(kept.Digest); err != nil {
		t.Error(err)
	}
}

func TestOpenClearsWhatACrashLeft(t *testing.T) {
	dir := t.TempDir()
	left := filepath.Join(dir, "tmp-1")
	if err := os.Mkdir(left, 0o500); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(left); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it is still there: %v", err)
	}
}

// TestBrokenZipsAreFoundWhenTheyAreStored uses zips that can be opened, but not
// unpacked.
func TestBrokenZipsAreFoundWhenTheyAreStored(t *testing.T) {
	whole := archive(t, map[string]string{"bootstrap": strings.Repeat("content ", 1000)})
	corrupt := bytes.Clone(whole)
	for i := 45; i < 60; i++ {
		corrupt[i] ^= 0xff // within the compressed content
	}
	checksum := bytes.Clone(whole)
	directory := bytes.LastIndex(checksum, []byte("PK\x01\x02"))
	checksum[directory+16] ^= 0xff
	method := bytes.Clone(whole)
	method[directory+10] = 99
	for name, raw := range map[string][]byte{
		"corrupt content": corrupt, "another checksum": checksum, "unknown method": method,
		"a file in a folder's place": archive(t, map[string]string{"a": "x", "a/b": "y"}),
		"a link that leads out":      archive(t, map[string]string{"link": "../../etc"}),
	} {
		s := open(t)
		if _, err := s.Put(raw); !errors.Is(err, ErrNotAZip) {
			t.Errorf("%s: got %v", name, err)
		}
		if left, _ := filepath.Glob(filepath.Join(s.dir, "*")); len(left) > 0 {
			t.Errorf("%s: left %v", name, left)
		}
	}
	if _, err := open(t).Put(archive(t, nil)); !errors.Is(err, ErrEmpty) {
		t.Errorf("a zip without entries: got %v", err)
	}
}
