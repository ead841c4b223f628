//go:build unix

package deploy

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/seastack/seastack/tools/localcloud"
	"github.com/seastack/seastack/tools/localcloud/cloudtest"
	"github.com/seastack/seastack/tools/mirror"
	"github.com/seastack/seastack/tools/process"
)

// TestAttach plans and applies with one process of the real provider. A plain
// terraform then finds no changes, and the lock file is as init wrote it.
func TestAttach(t *testing.T) {
	cloud := cloudtest.Start(t)
	tf, root := awsRoot(t, cloud)
	lock := readFile(t, filepath.Join(root.Dir, ".terraform.lock.hcl"))
	plan := mustPlan(t, tf, root)
	p := tf.providers[root.Dir]
	if p.reattach() == nil || plan.Summary.String() != "1 to add" || len(plan.Creates) != 1 {
		t.Fatalf("provider %+v, plan %+v", p, plan)
	}
	socket := p.info[awsProvider].Addr.String
	if _, err := os.Stat(socket); err != nil {
		t.Fatal(err)
	}
	if err := tf.Apply(t.Context(), plan, func(string) {}); err != nil {
		t.Fatal(err)
	}
	if plan := mustPlan(t, tf, root); plan.Changes || tf.providers[root.Dir] != p || p.reattach() == nil {
		t.Errorf("after the apply: %+v, and another provider: %t", plan, tf.providers[root.Dir] != p)
	}
	tf.Close()
	if _, err := os.Stat(socket); !os.IsNotExist(err) || alive(p) {
		t.Errorf("after Close: the provider runs: %t; its socket: %v", alive(p), err)
	}
	tf.Attach = false
	if plan := mustPlan(t, tf, root); plan.Changes || len(tf.providers) > 0 {
		t.Errorf("a plain plan: %+v, providers %v", plan, tf.providers)
	}
	if !bytes.Equal(readFile(t, filepath.Join(root.Dir, ".terraform.lock.hcl")), lock) {
		t.Error("the lock file has changed")
	}
}

// TestAttachFallsBack plans without a provider that was killed, and with one that
// does not start: terraform starts its own.
func TestAttachFallsBack(t *testing.T) {
	cloud := cloudtest.Start(t)
	tf, root := awsRoot(t, cloud)
	tf.providers = map[string]*provider{root.Dir: nil} // as startProvider returns what does not start
	if plan := mustPlan(t, tf, root); !plan.Changes {
		t.Errorf("%+v", plan)
	}
	tf.Release(root)
	p := startProvider(t.Context(), root, tf.env())
	if p == nil {
		t.Fatal("the provider does not start")
	}
	tf.providers = map[string]*provider{root.Dir: p}
	if err := syscall.Kill(p.info[awsProvider].Pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-p.ended
	if plan := mustPlan(t, tf, root); !plan.Changes {
		t.Errorf("%+v", plan)
	}
	tf.Close()
}

// awsRoot returns an initialised root with a log group.
func awsRoot(t *testing.T, cloud *localcloud.Cloud) (*Terraform, Root) {
	t.Helper()
	root := Root{Name: "web", Dir: t.TempDir()}
	writeFile(t, filepath.Join(root.Dir, "main.tf"), `
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
  region     = "us-east-1"
  access_key = "local"
  secret_key = "local"
}

resource "aws_cloudwatch_log_group" "one" {
  name = "one"
}
`)
	path, err := exec.LookPath("terraform")
	if err != nil {
		t.Fatal(err)
	}
	install, err := mirror.Ensure(t.Context(), mirror.Options{})
	if err != nil {
		t.Fatal(err)
	}
	tf := &Terraform{
		Path: path, Environ: append(os.Environ(), "AWS_ENDPOINT_URL="+cloud.Endpoint()),
		CLIConfig: install.CLIConfig, PluginCache: install.PluginCache, Attach: true,
	}
	t.Cleanup(tf.Close)
	if err := tf.Init(t.Context(), root); err != nil {
		t.Fatal(err)
	}
	return tf, root
}

func mustPlan(t *testing.T, tf *Terraform, r Root) Planned {
	t.Helper()
	p, err := tf.Plan(t.Context(), r, PlanOptions{}, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func readFile(t *testing.T, file string) []byte {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// alive reports whether the provider runs.
func alive(p *provider) bool { return running(p.info[awsProvider].Pid) }

func running(pid int) bool {
	_, err := process.Of(pid)
	return err == nil
}

// fakeProvider writes a program in the provider's place that prints text and goes on
// until it is killed: an interrupt does not end it.
func fakeProvider(t *testing.T, text string) Root {
	t.Helper()
	root := Root{Name: "web", Dir: t.TempDir()}
	writeFile(t, filepath.Join(root.Dir, ".terraform.lock.hcl"), "provider \""+awsProvider+"\" {\n  version = \"6.13.0\"\n}\n")
	dir := filepath.Join(root.Dir, ".terraform", "providers", awsProvider, "6.13.0", "linux_amd64")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "terraform-provider-aws_v6.13.0_x5")
	if err := os.WriteFile(program, []byte("#!/bin/sh\ntrap '' INT\n"+text+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return root
}

const started = `echo 'Provider started.'
echo "	TF_REATTACH_PROVIDERS='{\"registry.terraform.io/hashicorp/aws\":{\"Protocol\":\"grpc\",\"Pid\":$$}}'"
sleep 60`

func TestStopEndsAProviderThatTakesNoInterrupt(t *testing.T) {
	p := startProvider(t.Context(), fakeProvider(t, started), tfEnv())
	if p == nil || p.reattach()[awsProvider].Protocol != "grpc" {
		t.Fatalf("%+v", p)
	}
	p.stop()
	if alive(p) || p.reattach() != nil {
		t.Error("it runs on")
	}
}

func TestStartProviderReportsOneThatDoesNotStart(t *testing.T) {
	for name, root := range map[string]Root{
		"it ends":         fakeProvider(t, "exit 1"),
		"it has no lock":  {Name: "web", Dir: t.TempDir()},
		"another version": withLock(t, "6.14.0"),
		"it says nonsense": fakeProvider(t, `echo "	TF_REATTACH_PROVIDERS='{}'"`+"\n"+
			`echo "	TF_REATTACH_PROVIDERS='{'"`),
	} {
		if p := startProvider(t.Context(), root, tfEnv()); p != nil {
			p.stop()
			t.Errorf("%s: it counts as started", name)
		}
	}
}

func withLock(t *testing.T, version string) Root {
	root := fakeProvider(t, started)
	writeFile(t, filepath.Join(root.Dir, ".terraform.lock.hcl"), "provider \""+awsProvider+"\" {\n  version = \""+version+"\"\n}\n")
	return root
}

func tfEnv() map[string]string { return map[string]string{"PATH": os.Getenv("PATH")} }

// TestProviderEndsWithAKilledProcess starts a provider in a process that is killed.
func TestProviderEndsWithAKilledProcess(t *testing.T) {
	if dir := os.Getenv("SEASTACK_TEST_ATTACH"); dir != "" {
		p := startProvider(t.Context(), Root{Dir: dir}, tfEnv())
		fmt.Println("provider", p.info[awsProvider].Pid)
		time.Sleep(time.Minute)
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestProviderEndsWithAKilledProcess$")
	cmd.Env = append(os.Environ(), "SEASTACK_TEST_ATTACH="+fakeProvider(t, started).Dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	pid := 0
	for lines := bufio.NewScanner(out); pid == 0 && lines.Scan(); {
		_, _ = fmt.Sscanf(strings.TrimSpace(lines.Text()), "provider %d", &pid)
	}
	if pid == 0 || !running(pid) {
		t.Fatalf("provider %d does not run", pid)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	for end := time.Now().Add(10 * time.Second); running(pid); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the provider runs on")
		}
	}
}

func TestNothingIsAttachedUnlessItIsWanted(t *testing.T) {
	tf := &Terraform{}
	if tf.attach(t.Context(), fakeProvider(t, started)); len(tf.providers) > 0 {
		t.Error("a provider is started")
	}
}
