package mirror

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/version"
)

// toolchain is the Go that builds the provider.
type toolchain struct {
	path     string
	Version  string `json:"GOVERSION"`
	Cache    string `json:"GOCACHE"`
	ModCache string `json:"GOMODCACHE"`
}

// findGo finds the go command and asks it what the build depends on.
func (o Options) findGo(ctx context.Context) (toolchain, error) {
	path, ok := o.lookPath("go")
	if !ok {
		return toolchain{}, errNoGo()
	}
	g := goTool{path: path, dir: o.CacheDir, tmp: o.CacheDir, env: o.Env}
	out, err := run(ctx, g.envQuery(), func(string) {})
	if ctx.Err() != nil {
		return toolchain{}, ctx.Err()
	}
	if err != nil {
		return toolchain{}, failure("asking Go for its settings", "", err)
	}
	t := toolchain{path: path}
	if err := json.Unmarshal(out, &t); err != nil {
		return toolchain{}, failure("asking Go for its settings", "", err)
	}
	// A version that is no release ("devel ...") is taken on trust.
	if version.IsValid(t.Version) && version.Compare(t.Version, "go"+minGo) < 0 {
		return toolchain{}, errOldGo(t.Version, path)
	}
	return t, nil
}

// failure turns any error of a phase into an *Error.
func failure(doing, log string, err error) error {
	var known *Error
	if errors.As(err, &known) {
		return known
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return errStopped(doing, log, err)
	}
	output := redact(err.Error())
	var re *runError
	if errors.As(err, &re) {
		output = fmt.Sprintf("%s\n%s", re.err, re.output)
	}
	return classify(doing, output, log, err)
}
