package deploy

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/terraform-exec/tfexec"

	"github.com/seastack/seastack/tools/process"
)

// awsProvider is the AWS provider's address in a lock file.
const awsProvider = "registry.terraform.io/hashicorp/aws"

// attachLimit is how long a provider may take to start, and stopLimit how long to
// stop. It takes 0.1 s to start when nothing else runs.
const attachLimit, stopLimit = 30 * time.Second, 2 * time.Second

// provider is a process of the AWS provider that serves all commands of a root.
// Terraform starts three for each plan, one for each of its phases; with one that
// runs already a plan costs two fifths of the processor time. There is one for each
// root: providers find files by relative paths, and have tags of the root.
// https://developer.hashicorp.com/terraform/plugin/debugging#running-terraform-with-a-provider-in-debug-mode
type provider struct {
	cmd   *exec.Cmd
	input io.Closer // at whose end the process is killed, so that it never outlives this one
	info  tfexec.ReattachInfo
	ended chan struct{} // is closed when it has ended
}

// attachScript runs a provider until the end of the script's input, and then kills
// the process group. It ignores interrupts, which the provider does not.
const attachScript = `trap '' INT; "$@" & exec >/dev/null; cat; kill -KILL 0`

// attach returns the option of a root's commands: the provider that they use, which
// is started where none runs yet. Where that fails, or t is not to attach any, the
// option is empty, and Terraform starts providers itself.
func (t *Terraform) attach(ctx context.Context, r Root) *tfexec.ReattachOption {
	if !t.Attach {
		return tfexec.Reattach(nil)
	}
	t.mu.Lock()
	p, ok := t.providers[r.Dir]
	t.mu.Unlock()
	if !ok { // one command at a time runs in a root
		p = startProvider(ctx, r, t.env())
		t.mu.Lock()
		if t.providers == nil {
			t.providers = map[string]*provider{}
		}
		t.providers[r.Dir] = p
		t.mu.Unlock()
	}
	return tfexec.Reattach(p.reattach())
}

// Release stops the provider of a root, if one runs. The next command starts another.
func (t *Terraform) Release(r Root) {
	t.mu.Lock()
	p := t.providers[r.Dir]
	delete(t.providers, r.Dir)
	t.mu.Unlock()
	p.stop()
}

// Close stops the providers of all roots.
func (t *Terraform) Close() {
	t.mu.Lock()
	all := t.providers
	t.providers = nil
	t.mu.Unlock()
	for _, p := range all {
		p.stop()
	}
}

// startProvider starts the provider that an init has selected for a root. It returns
// nil where there is none, or where it does not start.
func startProvider(ctx context.Context, r Root, env map[string]string) *provider {
	program := selectedProvider(r)
	if program == "" {
		return nil
	}
	cmd := attachCommand(r, program, env)
	input, err := cmd.StdinPipe()
	if err != nil {
		return nil
	}
	output, err := cmd.StdoutPipe()
	if err != nil {
		return nil
	}
	process.SetSession(cmd) // an interrupt at the terminal is not for it: terraform asks it to stop
	if err := cmd.Start(); err != nil {
		return nil
	}
	p := &provider{cmd: cmd, input: input, ended: make(chan struct{})}
	started := make(chan tfexec.ReattachInfo, 1)
	go p.read(output, started)
	ctx, cancel := context.WithTimeout(ctx, attachLimit)
	defer cancel()
	select {
	case p.info = <-started:
		return p
	case <-p.ended:
	case <-ctx.Done():
	}
	p.stop()
	return nil
}

// attachCommand returns the command that runs a provider for a root, as terraform
// runs it: in the root's folder.
func attachCommand(r Root, program string, env map[string]string) *exec.Cmd {
	cmd := exec.Command("/bin/sh", "-c", attachScript, "sh", program, "-debug")
	cmd.Dir = r.Dir
	for name, value := range env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	return cmd
}

// read reads what the provider prints: first how to attach to it.
func (p *provider) read(output io.Reader, started chan<- tfexec.ReattachInfo) {
	defer close(p.ended)
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		if info := reattachInfo(lines.Text()); info != nil {
			started <- info
			break
		}
	}
	_, _ = io.Copy(io.Discard, output)
}

var reattachLine = regexp.MustCompile(`^\s*TF_REATTACH_PROVIDERS='(.*)'$`)

// reattachInfo returns what a line says of how to attach to the AWS provider; nil
// where it says nothing of that.
func reattachInfo(line string) tfexec.ReattachInfo {
	found := reattachLine.FindStringSubmatch(line)
	if found == nil {
		return nil
	}
	var info tfexec.ReattachInfo
	if err := json.Unmarshal([]byte(found[1]), &info); err != nil || info[awsProvider].Pid == 0 {
		return nil
	}
	return info
}

// reattach returns how to attach to the provider; nil where it does not run.
func (p *provider) reattach() tfexec.ReattachInfo {
	if p == nil {
		return nil
	}
	select {
	case <-p.ended:
		return nil
	default:
		return p.info
	}
}

// stop asks the provider to end, so that it removes its socket, and ends it by force
// where it does not.
func (p *provider) stop() {
	if p == nil {
		return
	}
	_ = process.SignalGroup(p.cmd, syscall.SIGINT) // one that has ended takes none
	select {
	case <-p.ended:
	case <-time.After(stopLimit):
	}
	_ = process.SignalGroup(p.cmd, syscall.SIGKILL)
	_ = p.input.Close()
	<-p.ended
	_ = p.cmd.Wait() // "signal: killed"
}

// selectedProvider returns the program of the AWS provider that an init has selected
// for a root, relative to the root's folder; "" where it is not known.
func selectedProvider(r Root) string {
	version := lockedVersion(filepath.Join(r.Dir, ".terraform.lock.hcl"), awsProvider)
	if version == "" {
		return ""
	}
	found, _ := filepath.Glob(filepath.Join(r.Dir, ".terraform", "providers", awsProvider, version, "*", "terraform-provider-aws_v*"))
	if len(found) != 1 {
		return ""
	}
	program, err := filepath.Rel(r.Dir, found[0])
	if err != nil {
		return ""
	}
	return program
}

// lockedVersion returns the version of a provider in a lock file; "" where it has none.
func lockedVersion(file, address string) string {
	src, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	parsed, diags := hclsyntax.ParseConfig(src, file, hcl.InitialPos)
	if diags.HasErrors() {
		return ""
	}
	for _, b := range parsed.Body.(*hclsyntax.Body).Blocks {
		if b.Type == "provider" && slices.Equal(b.Labels, []string{address}) {
			return strings.Trim(attribute(b, "version", src), `"`)
		}
	}
	return ""
}
