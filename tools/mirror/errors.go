package mirror

import (
	"fmt"
	"strings"

	"github.com/seastack/seastack/gen/diag"
)

// Error is something that a user can correct. Its details are the cause, as far as
// it is known; those of a build end with the file that has all of its output.
type Error struct {
	diag.Diagnostic
	Log string // the file with the build's output, or ""
	err error
}

// Unwrap has errors.As find the diagnostic, and errors.Is what led to it.
func (e *Error) Unwrap() []error {
	if e.err == nil {
		return []error{e.Diagnostic}
	}
	return []error{e.Diagnostic, e.err}
}

// because adds the lines of a cause, and the error that they come from, if any.
func (e *Error) because(cause string, err error) *Error {
	for line := range strings.Lines(cause) {
		if line = strings.TrimRight(line, " \t\r\n"); line != "" {
			e.Details = append(e.Details, line)
		}
	}
	e.err = err
	return e
}

// logged names the file with the build's output, if there is one.
func (e *Error) logged(file string) *Error {
	if file != "" {
		e.Log = file
		e.Details = append(e.Details, "log: "+file)
	}
	return e
}

func newError(code, message, next string) *Error {
	return &Error{Diagnostic: diag.Diagnostic{Code: code, Message: message, Next: next}}
}

// oneLine is an error's text for a line of progress or of a cause.
func oneLine(err error) string { return strings.Join(strings.Fields(redact(err.Error())), " ") }

func errBadChoice(value string) error {
	return newError(diag.BadProviderChoice,
		fmt.Sprintf("SEASTACK_PROVIDER is %q, which means nothing", value),
		"set it to registry or mirror, or unset it to have the registry probed")
}

func errCacheDir(dir string, err error) error {
	return newError(diag.CacheUnusable,
		"the cache directory "+dir+" cannot be used",
		"make it writable, or set SEASTACK_CACHE_DIR to a directory that is").because(err.Error(), err)
}

func errNoGo() error {
	return newError(diag.ProviderNoGo,
		"the AWS provider cannot be built: there is no go command on PATH",
		"install Go "+minGo+" or newer, or set SEASTACK_PROVIDER=registry where the registry can be reached")
}

func errOldGo(version, path string) error {
	return newError(diag.ProviderOldGo,
		fmt.Sprintf("the AWS provider needs Go %s or newer to be built: %s is %s", minGo, path, version),
		"install a newer Go and put it first on PATH")
}

func errNoSpace(dir string, free uint64) error {
	return newError(diag.ProviderLittleSpace,
		fmt.Sprintf("not enough disk space to build the AWS provider: %s has %s free, %s are needed", dir, size(free), size(spaceNeeded)),
		"free some space (`go clean -cache` removes what Go compiled), or move the caches with GOCACHE, GOMODCACHE and SEASTACK_CACHE_DIR")
}

func size(n uint64) string { return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30)) }

// errStopped is for a build that was interrupted or that took too long.
func errStopped(doing, log string, err error) *Error {
	return newError(diag.ProviderStopped,
		doing+": stopped before it was done",
		"run the command again: it goes on where it stopped").because(err.Error(), err).logged(log)
}

func errNoTerraform(cause string, err error) error {
	return newError(diag.NoTerraform,
		"there is no Terraform "+minTerraform+" or newer, and installing one failed",
		"install Terraform with your package manager, or unpack it by hand, and put it on PATH").because(cause, err)
}
