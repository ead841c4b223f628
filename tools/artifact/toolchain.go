package artifact

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/mod/modfile"
)

// toolchain is the one go command that lists and builds, and how it is called.
type toolchain struct {
	root      string // the module's
	goCommand string // absolute
	version   string // GOVERSION: "go1.26.8"
	goroot    string
	tools     string // folder with compile, link and asm
	modCache  string
	mod       string // "vendor" or "readonly"
	env       []string
}

// findToolchain asks the go command on the request's PATH for the toolchain that
// the module selects, and then speaks only to that one. So a switch of toolchains
// happens once, and every later command agrees with the key.
func findToolchain(ctx context.Context, r Request) (toolchain, error) {
	outer, err := lookGo(r.Env)
	if err != nil {
		return toolchain{}, err
	}
	settings, err := goEnv(ctx, command{
		path: outer, args: append([]string{"env", "-json", "GOROOT"}, passed...), dir: r.Root, env: append(queryEnv(r.Env, r.Root), pinned(r.Root)...),
	})
	if err != nil {
		return toolchain{}, err
	}
	t := toolchain{
		root: r.Root, goCommand: goUnder(settings["GOROOT"], outer), goroot: settings["GOROOT"],
		modCache: settings["GOMODCACHE"], mod: moduleMode(r.Root),
		env: buildEnv(r.Env, settings, r.Target, r.Root),
	}
	settings, err = goEnv(ctx, t.command([]string{"env", "-json", "GOVERSION", "GOTOOLDIR"}))
	t.version, t.tools = settings["GOVERSION"], settings["GOTOOLDIR"]
	return t, err
}

// pinned asks for the very toolchain that go.mod names. By itself the go command
// takes a newer one that is installed, and then another machine gets other bytes.
// A go.mod without a toolchain line takes what there is.
func pinned(root string) []string {
	source, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return nil // the go command will say so better
	}
	file, err := modfile.Parse("go.mod", source, nil)
	if err != nil || file.Toolchain == nil || file.Toolchain.Name == "default" {
		return nil
	}
	return []string{"GOTOOLCHAIN=" + file.Toolchain.Name}
}

func goEnv(ctx context.Context, c command) (map[string]string, error) {
	out, err := c.run(ctx)
	if err != nil {
		return nil, toolchainError(err)
	}
	settings := map[string]string{}
	return settings, json.Unmarshal(out, &settings)
}

// goUnder is the go command of a GOROOT; some distributions have none there.
func goUnder(goroot, otherwise string) string {
	path := filepath.Join(goroot, "bin", "go"+exeSuffix(runtime.GOOS))
	if _, err := os.Stat(path); err != nil {
		return otherwise
	}
	return path
}

// moduleMode is what the go command would choose by itself; said aloud so that
// nothing else can.
func moduleMode(root string) string {
	if _, err := os.Stat(filepath.Join(root, "vendor", "modules.txt")); err == nil {
		return "vendor"
	}
	return "readonly"
}

func exeSuffix(goos string) string {
	if goos == "windows" {
		return ".exe"
	}
	return ""
}

// lookGo finds the go command on the PATH of an environment that need not be
// this process's own.
func lookGo(env []string) (string, error) {
	var list string
	for _, entry := range env {
		if name, value, _ := strings.Cut(entry, "="); strings.EqualFold(name, "PATH") {
			list = value
		}
	}
	for _, dir := range filepath.SplitList(list) {
		if !filepath.IsAbs(dir) {
			continue
		}
		path, err := exec.LookPath(filepath.Join(dir, "go"+exeSuffix(runtime.GOOS)))
		if err == nil {
			return path, nil
		}
		if !errors.Is(err, os.ErrNotExist) && !errors.Is(err, os.ErrPermission) && !errors.Is(err, exec.ErrNotFound) {
			return "", err
		}
	}
	return "", noGo()
}
