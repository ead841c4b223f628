package mirror

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// job is what one build is made of and where it goes.
type job struct {
	toolchain toolchain
	recipe    recipe
	layout    layout
	env       []string
}

// builder carries a job through its phases.
type builder struct {
	job
	meter   *meter
	log     *os.File
	work    string // removed at the end
	tool    goTool
	phase   string
	modules int // downloaded so far
}

// buildMirror makes the mirror. Whatever happens, it is complete or not there: all
// work is in a directory of its own until the last phase.
func buildMirror(ctx context.Context, j job, m *meter) error {
	work, err := workDir(j.layout.dir())
	if err != nil {
		return errCacheDir(j.layout.base, err)
	}
	defer os.RemoveAll(work)
	log, err := os.Create(j.layout.log())
	if err != nil {
		return errCacheDir(j.layout.base, err)
	}
	defer log.Close()
	b := &builder{job: j, meter: m, log: log, work: work}
	b.tool = goTool{path: j.toolchain.path, dir: filepath.Join(work, "module"), tmp: filepath.Join(work, "tmp"), env: j.env}
	if err := b.phases(ctx); err != nil {
		err = failure(b.phase, log.Name(), err)
		fmt.Fprintln(log, err)
		return err
	}
	return nil
}

// phases are the steps of a build, in order.
func (b *builder) phases(ctx context.Context) error {
	b.begin("preparing the build", "version "+ProviderVersion+", trimmed")
	if err := b.prepare(); err != nil {
		return err
	}
	b.begin("downloading its source", "about 60 MB")
	source, err := b.download(ctx)
	if err != nil {
		return err
	}
	b.begin("copying its source", fmt.Sprint(len(b.recipe.services), " services"))
	if err := b.copySource(source); err != nil {
		return err
	}
	b.begin("downloading the modules that it needs", "")
	total, err := b.list(ctx)
	if err != nil {
		return err
	}
	b.begin("compiling", "this takes a few minutes, once")
	staged := filepath.Join(b.work, "mirror")
	if err := b.compile(ctx, total, filepath.Join(staged, binaryPath())); err != nil {
		return err
	}
	b.begin("installing it", "in "+b.layout.dir())
	if err := seal(staged); err != nil {
		return err
	}
	return b.layout.install(staged, b.work)
}

// begin starts a phase, for people and in the log.
func (b *builder) begin(phase, note string) {
	b.phase = "AWS provider: " + phase
	fmt.Fprintln(b.log, "==", b.phase)
	b.meter.begin(b.phase, note)
}

// prepare writes the module to build in.
func (b *builder) prepare() error {
	fmt.Fprintf(b.log, "recipe %s: %s, %s\n", b.layout.key, b.recipe.goVersion, strings.Join(b.recipe.services, " "))
	for _, dir := range []string{b.tool.dir, b.tool.tmp} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	if err := os.WriteFile(filepath.Join(b.tool.dir, "go.sum"), b.recipe.goSum, 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(b.tool.dir, "go.mod"), b.recipe.goMod, 0o644)
}

// download fetches the provider's source and returns where it is.
func (b *builder) download(ctx context.Context) (string, error) {
	out, err := b.run(ctx, b.tool.download(), b.downloading)
	if err != nil {
		return "", err
	}
	var module struct{ Dir string }
	if err := json.Unmarshal(out, &module); err != nil {
		return "", fmt.Errorf("read the answer of go mod download: %w", err)
	}
	return module.Dir, nil
}

// copySource copies the trimmed source beside the module and has the module use
// it. Files in Go's module cache must not be changed, not even in an overlay.
func (b *builder) copySource(source string) error {
	t, err := trim(tree{root: source, module: providerModule}, b.recipe.services)
	if err != nil {
		return err
	}
	fmt.Fprintf(b.log, "%d files, services: %s\n", len(t.files), strings.Join(t.services, " "))
	b.meter.set(fmt.Sprintf("%d files", len(t.files)))
	if err := t.copyTo(filepath.Join(b.work, "source")); err != nil {
		return err
	}
	upstream, err := os.ReadFile(filepath.Join(source, "go.mod"))
	if err != nil {
		return err
	}
	mod, err := buildModule(b.recipe.goMod, upstream, "../source")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(b.work, "source", "go.mod"), upstream, 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(b.tool.dir, "go.mod"), mod, 0o644)
}

// list downloads the modules of the build and counts its packages.
func (b *builder) list(ctx context.Context) (int, error) {
	out, err := b.run(ctx, b.tool.list(), b.downloading)
	return strings.Count(string(out), "\n"), err
}

// downloading counts the modules that the go command says it downloads.
func (b *builder) downloading(line string) {
	if module, ok := strings.CutPrefix(line, "go: downloading "); ok {
		b.modules++
		b.meter.set(fmt.Sprintf("module %d, %s", b.modules, module))
	}
}

// compile builds the provider. The package that has the provider's main is the
// last to be compiled: what follows is linking.
func (b *builder) compile(ctx context.Context, total int, output string) error {
	done := 0
	_, err := b.run(ctx, b.tool.build(output), func(line string) {
		switch done++; {
		case line == providerModule:
			b.begin("linking", "")
		case !strings.HasPrefix(line, "#") && !strings.Contains(line, " "):
			b.meter.set(fmt.Sprintf("package %d of at most %d, %s", done, total, line))
		}
	})
	return err
}

// run runs a command with all that it says in the log.
func (b *builder) run(ctx context.Context, c command, onLine func(string)) ([]byte, error) {
	fmt.Fprintln(b.log, "$", c)
	return run(ctx, c, func(line string) {
		fmt.Fprintln(b.log, line)
		onLine(line)
	})
}
