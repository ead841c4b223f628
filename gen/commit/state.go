package commit

import (
	"bytes"
	"errors"
	"io/fs"
	"os"

	"github.com/seastack/seastack/gen/emit"
	"github.com/seastack/seastack/gen/emit/output"
)

// state is what there is at a generated file's path.
type state string

const (
	same        state = "the file, with these bytes"
	absent      state = "nothing"
	differs     state = "an older generated file"
	handWritten state = "a file that was not generated"
	folder      state = "a folder"
	link        state = "a symbolic link"
	special     state = "something that is no ordinary file"
	parentLink  state = "a symbolic link in place of one of its folders"
	parentFile  state = "a file in place of one of its folders"
)

func look(r *os.Root, f emit.File) (state, error) {
	if s, err := lookAbove(r, f.Path); err != nil || s != "" {
		return s, err
	}
	info, err := r.Lstat(f.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return absent, nil
	case err != nil:
		return "", err
	case info.IsDir():
		return folder, nil
	case info.Mode()&fs.ModeSymlink != 0:
		return link, nil
	case !info.Mode().IsRegular():
		return special, nil
	}
	return lookInside(r, f)
}

// lookAbove tells what is wrong with the folders above a path; "": nothing.
// Links are not followed: what is behind one belongs to somebody else.
func lookAbove(r *os.Root, p string) (state, error) {
	for i := range p {
		if p[i] != '/' {
			continue
		}
		info, err := r.Lstat(p[:i])
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return absent, nil
		case err != nil:
			return "", err
		case info.Mode()&fs.ModeSymlink != 0:
			return parentLink, nil
		case !info.IsDir():
			return parentFile, nil
		}
	}
	return "", nil
}

func lookInside(r *os.Root, f emit.File) (state, error) {
	have, err := r.ReadFile(f.Path)
	switch {
	case err != nil:
		return "", err
	case bytes.Equal(unix(have), f.Content):
		return same, nil
	case !output.Generated(have):
		return handWritten, nil
	}
	return differs, nil
}

// unix returns a text with the line ends that it was generated with: git makes
// others of them in a checkout on Windows.
func unix(text []byte) []byte { return bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")) }
