package gocmd

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

// Options are what the go command is looked for with.
type Options struct {
	Root         string   // the module's root, absolute and without symbolic links
	Env          []string // the user's environment
	GOOS, GOARCH string   // of the binaries
}

// Toolchain is the one go command that lists and builds, and how it is called.
type Toolchain struct {
	Root      string // the module's
	GoCommand string // absolute path
	Version   string // GOVERSION: "go1.26.8"
	GOROOT    string
	Tools     string // folder with compile, link and asm
	ModCache  string

	mod          string // "vendor" or "readonly"
	goos, goarch string
	env          []string
}

// Find asks the go command on the PATH of the options for the toolchain that
// the module selects, and returns that one. So a switch of toolchains happens
// once, and every later command agrees with the key. What a user can correct is a
// fault.Fault.
func Find(ctx context.Context, o Options) (Toolchain, error) {
	outer, err := lookGo(o.Env)
	if err != nil {
		return Toolchain{}, err
	}
	settings, err := goEnv(ctx, Command{
		Path: outer, Args: append([]string{"env", "-json", "GOROOT"}, userSettings...), Dir: o.Root,
		Env: append(queryEnv(o.Env, o.Root), requiredToolchain(o.Root)...),
	})
	if err != nil {
		return Toolchain{}, err
	}
	t := Toolchain{
		Root: o.Root, GoCommand: goUnder(settings["GOROOT"], outer), GOROOT: settings["GOROOT"],
		ModCache: settings["GOMODCACHE"], mod: moduleMode(o.Root),
		goos: o.GOOS, goarch: o.GOARCH, env: buildEnv(o.Env, settings, o),
	}
	settings, err = goEnv(ctx, t.command([]string{"env", "-json", "GOVERSION", "GOTOOLDIR"}))
	t.Version, t.Tools = settings["GOVERSION"], settings["GOTOOLDIR"]
	return t, err
}

// Flags returns the flags of every build that can change a byte, all of them
// written out. They are part of a function's key.
func (t Toolchain) Flags() []string { return fixedFlags(t.mod) }

// Settings returns the environment variables of every build that can change a
// byte, as NAME=value. They are part of a function's key.
func (t Toolchain) Settings() []string { return fixedEnv(t.goos, t.goarch) }

// requiredToolchain returns the setting that asks for the very toolchain that
// go.mod names. By itself the go command takes a newer one that is installed,
// and then another machine gets other bytes. A go.mod without a toolchain line
// takes what there is.
func requiredToolchain(root string) []string {
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

func goEnv(ctx context.Context, c Command) (map[string]string, error) {
	out, err := c.Run(ctx)
	if err != nil {
		return nil, toolchainError(err)
	}
	settings := map[string]string{}
	return settings, json.Unmarshal(out, &settings)
}

// goUnder returns the go command of a GOROOT; some distributions have none
// there.
func goUnder(goroot, otherwise string) string {
	path := filepath.Join(goroot, "bin", "go"+ExeSuffix(runtime.GOOS))
	if _, err := os.Stat(path); err != nil {
		return otherwise
	}
	return path
}

// moduleMode returns the mode that the go command would choose by itself. It is
// passed as a flag, so that nothing else can choose.
func moduleMode(root string) string {
	if _, err := os.Stat(filepath.Join(root, "vendor", "modules.txt")); err == nil {
		return "vendor"
	}
	return "readonly"
}

// ExeSuffix returns the ending of an executable's name on an operating system.
func ExeSuffix(goos string) string {
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
		path, err := exec.LookPath(filepath.Join(dir, "go"+ExeSuffix(runtime.GOOS)))
		if err == nil {
			return path, nil
		}
		if !errors.Is(err, os.ErrNotExist) && !errors.Is(err, os.ErrPermission) && !errors.Is(err, exec.ErrNotFound) {
			return "", err
		}
	}
	return "", noGo()
}
