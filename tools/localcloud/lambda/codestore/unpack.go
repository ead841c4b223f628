package codestore

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Unpack returns the folder with the content of a stored zip. It must not be
// written to.
func (s *Store) Unpack(digest string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.unpack(digest)
}

// unpack is Unpack with mu held.
func (s *Store) unpack(digest string) (string, error) {
	dir := filepath.Join(s.dir, digest)
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	tmp, err := os.MkdirTemp(s.dir, "tmp-*")
	if err != nil {
		return "", err
	}
	err = extractAll(s.Zip(digest), tmp)
	if err == nil {
		err = os.Rename(tmp, dir)
	}
	if err != nil {
		return "", errors.Join(fmt.Errorf("unpacking code: %w", err), removeTree(tmp))
	}
	return dir, protect(dir)
}

func extractAll(zipPath, dir string) error {
	r, err := zip.OpenReader(zipPath)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }() // opened for reading
	for _, f := range r.File {
		if err := extract(f, dir); err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return nil
}

// extract writes one entry; Put has refused names outside of dir.
func extract(f *zip.File, dir string) error {
	path := filepath.Join(dir, filepath.FromSlash(f.Name))
	if f.FileInfo().IsDir() {
		return os.MkdirAll(path, 0o700)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	in, err := f.Open()
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }() // opened for reading
	if f.Mode()&fs.ModeSymlink != 0 {
		return link(in, path)
	}
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, f.Mode().Perm()|0o400)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, io.LimitReader(in, MaxUnpacked))
	return errors.Join(err, out.Close())
}

var errLink = errors.New("a symbolic link leads out of the archive")

func link(in io.Reader, path string) error {
	target, err := io.ReadAll(io.LimitReader(in, 4096))
	if err != nil {
		return err
	}
	if !filepath.IsLocal(string(target)) {
		return errLink
	}
	return os.Symlink(string(target), path)
}

// protect removes write permissions, since Lambda mounts code read-only.
func protect(dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Type()&fs.ModeSymlink != 0 {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		return os.Chmod(path, info.Mode().Perm()&^0o222)
	})
}

// Sweep removes zips and folders that are not in used. It removes one only if the
// previous sweep found it unused too, so that code that is about to be used
// stays.
func (s *Store) Sweep(used map[string]bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	zips, err := filepath.Glob(filepath.Join(s.dir, "*.zip"))
	if err != nil {
		return err
	}
	var errs []error
	unused := map[string]bool{}
	for _, path := range zips {
		digest := filepath.Base(path[:len(path)-len(".zip")])
		switch {
		case used[digest]:
		case s.unused[digest]:
			errs = append(errs, os.Remove(path), removeTree(filepath.Join(s.dir, digest)))
		default:
			unused[digest] = true
		}
	}
	s.unused = unused
	return errors.Join(errs...)
}

// removeTree removes a folder that protect may have made read-only.
func removeTree(dir string) error {
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			err = os.Chmod(path, 0o700)
		}
		return err
	})
	return os.RemoveAll(dir)
}
