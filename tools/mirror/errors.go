package mirror

import (
	"fmt"
	"strings"
)

// Error is something that a user can mend. Codes are stable.
type Error struct {
	Code  string // "SEA-M" and three digits
	What  string // what could not be done
	Cause string // why, as far as it is known
	Next  string // what to do about it
	Log   string // the file with all the output of a build, or ""
	Err   error  // what errors.Is and errors.As go on with, or nil
}

func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", e.Code, e.What)
	for _, part := range []struct{ label, text string }{
		{"cause", e.Cause}, {"next", e.Next}, {"log", e.Log},
	} {
		if part.text != "" {
			fmt.Fprintf(&b, "\n  %-6s %s", part.label+":", indent(part.text))
		}
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Err }

// indent lines up the lines of a text after the first with it.
func indent(s string) string {
	return strings.ReplaceAll(strings.TrimSpace(s), "\n", "\n"+strings.Repeat(" ", 9))
}

// oneLine is an error's text for a line of progress.
func oneLine(err error) string { return strings.Join(strings.Fields(redact(err.Error())), " ") }

func errBadChoice(value string) error {
	return &Error{
		Code:  "SEA-M001",
		What:  "SEASTACK_PROVIDER has a value that means nothing",
		Cause: fmt.Sprintf("it is %q", value),
		Next:  "set it to registry or mirror, or unset it to have the registry probed",
	}
}

func errCacheDir(dir string, err error) error {
	return &Error{
		Code:  "SEA-M002",
		What:  "cannot use the cache directory " + dir,
		Cause: err.Error(),
		Next:  "make it writable, or set SEASTACK_CACHE_DIR to a directory that is",
		Err:   err,
	}
}

func errNoGo() error {
	return &Error{
		Code:  "SEA-M003",
		What:  "cannot build the AWS provider without Go",
		Cause: "there is no go command on PATH",
		Next:  "install Go " + minGo + " or newer, or set SEASTACK_PROVIDER=registry where the registry can be reached",
	}
}

func errOldGo(version, path string) error {
	return &Error{
		Code:  "SEA-M004",
		What:  "cannot build the AWS provider with this Go",
		Cause: fmt.Sprintf("%s is %s; the provider needs Go %s or newer", path, version, minGo),
		Next:  "install a newer Go and put it first on PATH",
	}
}

func errNoSpace(dir string, free uint64) error {
	return &Error{
		Code:  "SEA-M005",
		What:  "not enough disk space to build the AWS provider",
		Cause: fmt.Sprintf("%s has %s free; downloading and compiling needs %s", dir, size(free), size(spaceNeeded)),
		Next:  "free some space (`go clean -cache` removes what Go compiled), or move the caches with GOCACHE, GOMODCACHE and SEASTACK_CACHE_DIR",
	}
}

func errNoTerraform(cause string) error {
	return &Error{
		Code:  "SEA-M012",
		What:  "cannot find or install Terraform " + minTerraform + " or newer",
		Cause: cause,
		Next:  "install Terraform with your package manager, or unpack it by hand, and put it on PATH",
	}
}

func size(n uint64) string { return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30)) }
