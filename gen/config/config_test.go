package config

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/gen/diag"
)

var update = flag.Bool("update", false, "write the golden files")

func TestErrors(t *testing.T) {
	cases, err := filepath.Glob("testdata/errors/*.hcl")
	if err != nil || len(cases) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range cases {
		t.Run(filepath.Base(file), func(t *testing.T) {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			_, err = Parse(src, "example.com/hiring")
			if err == nil {
				t.Fatal("no error")
			}
			compareGolden(t, strings.TrimSuffix(file, ".hcl")+".golden", err.Error()+"\n")
		})
	}
}

func compareGolden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

func TestEveryErrorHasAPositionInTheFile(t *testing.T) {
	cases, _ := filepath.Glob("testdata/errors/*.hcl")
	for _, file := range cases {
		src, _ := os.ReadFile(file)
		_, err := Parse(src, "example.com/hiring")
		var l diag.List
		if !errors.As(err, &l) {
			t.Fatalf("%s: %T is no list of findings", file, err)
		}
		for _, d := range l {
			if d.File != FileName || d.Line == 0 || d.Next == "" || d.Code == "" {
				t.Errorf("%s: %+v lacks a position, a code or a next step", file, d)
			}
		}
	}
}

func TestDefaults(t *testing.T) {
	c, err := Load(t.TempDir(), "example.com/hiring")
	if err != nil {
		t.Fatal(err)
	}
	want := Config{
		Project:  "hiring",
		Folders:  Folders{Services: "core/services", Stacks: "stacks", Terraform: "terraform", Migrations: "core/db/migrations", AnalyticsMigrations: "core/db/analytics/migrations"},
		Provider: ">= 6.13, < 7",
		Environments: []Environment{{
			Name: "local", Region: "us-east-1", Account: "000000000000", Architecture: HostArchitecture(),
			LogRetention: 30, Stacks: map[string]Settings{},
		}},
	}
	if diff := cmp.Diff(want, c); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFile(t *testing.T) {
	c, err := Parse([]byte(`
project = "hire"
folders { stacks = "apps" }
provider { aws = "~> 6.20" }
environment "prod" {
  region  = "eu-west-1"
  account = "123456789012"
  backend "s3" { bucket = "states" }
  network {
    subnets         = ["subnet-1"]
    security_groups = ["sg-1"]
  }
  stack "web" {
    memory  = 512
    timeout = "1m"
    storage = 1024
    log     = "debug"
    tracing = true
    architecture = "x86_64"
    function "interviews-create" {
      memory      = 1024
      timeout     = "20s"
      storage     = 2048
      log         = "warn"
      tracing     = false
      concurrency = 10
      provisioned = 2
      architecture = "arm64"
    }
    function "interviews-list" { memory = 256 }
  }
}`), "example.com/hiring")
	if err != nil {
		t.Fatal(err)
	}
	want := Environment{
		Name: "prod", Region: "eu-west-1", Account: "123456789012", Architecture: "arm64", LogRetention: 30,
		Backend: &S3Backend{Bucket: "states", Prefix: "hire/prod", Region: "eu-west-1"},
		Network: &Network{Subnets: []string{"subnet-1"}, SecurityGroups: []string{"sg-1"}},
		Stacks: map[string]Settings{"web": {
			Override: Override{Memory: 512, Timeout: 60, Storage: 1024, Log: "debug", Tracing: new(true), Architecture: "x86_64"},
			Functions: map[string]Override{
				"interviews-create": {Memory: 1024, Timeout: 20, Storage: 2048, Log: "warn", Tracing: new(false), Concurrency: 10, Provisioned: 2, Architecture: "arm64"},
				"interviews-list":   {Memory: 256},
			},
		}},
	}
	prod, err := c.Environment("prod")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, prod); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for function, want := range map[string]bool{"interviews-create": false, "interviews-list": true} {
		if got := prod.Tracing("web", function, !want); got != want {
			t.Errorf("tracing of %s: %t", function, got)
		}
	}
	for of, want := range map[string]string{
		"web/interviews-create/x86_64": "arm64", "web/interviews-list/arm64": "x86_64", "jobs/other/x86_64": "x86_64", "jobs/other/": "arm64",
	} {
		words := strings.Split(of, "/")
		if got := prod.ArchitectureOf(words[0], words[1], words[2]); got != want {
			t.Errorf("%s: %s", of, got)
		}
	}
	if local, _ := c.Environment(Local); local.ArchitectureOf("web", "other", "none") != HostArchitecture() {
		t.Error("the environment local is for another machine")
	}
	for function, want := range map[string]int{"interviews-create": 20, "interviews-list": 60, "other": 60} {
		if got := prod.Timeout("web", function, 5); got != want {
			t.Errorf("timeout of %s: %d, want %d", function, got, want)
		}
	}
	if got := prod.Timeout("jobs", "other", 5); got != 5 || c.Provider != "~> 6.20" {
		t.Errorf("timeout %d, provider %q", got, c.Provider)
	}
	if c.Folders.Stacks != "apps" || !slices.ContainsFunc(c.Environments, Environment.IsLocal) {
		t.Errorf("folders %+v, environments %+v", c.Folders, c.Environments)
	}
}

func TestUnknownEnvironment(t *testing.T) {
	c, _ := Parse(nil, "example.com/hiring")
	_, err := c.Environment("prod")
	want := "seastack.hcl: SEA3008: there is no environment \"prod\"\n    environments: local\n    next: name one of these with --env, or add an environment block"
	if err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

// TestUnreadable: nothing can be said of a place in a file that is a folder.
func TestUnreadable(t *testing.T) {
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, FileName), 0o755); err != nil {
		t.Fatal(err)
	}
	_, err := Load(root, "example.com/hiring")
	var d diag.Diagnostic
	if !errors.As(err, &d) || d.Code != "SEA3014" || d.File != FileName || d.Next == "" {
		t.Errorf("got %v", err)
	}
}

// TestBadModuleName: the project's name comes from the module's path, so that
// the file has no line to blame.
func TestBadModuleName(t *testing.T) {
	_, err := Load(t.TempDir(), "example.com/Hiring_Company")
	want := FileName + `: SEA3002: project "Hiring_Company" is not a name for AWS: ` + nameRule + `
    next: set project = "..." at the top of seastack.hcl`
	if err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

// TestPreviews derives the environment of a pull request from its template, which
// is no environment itself.
func TestPreviews(t *testing.T) {
	c, err := Parse([]byte(`
environment "preview" {
  account = "123456789012"
  preview {
    database_secret = "previews"
  }
  canary {}
  database {
    tunnel = ["ssh", "-L", "{local_port}:{host}:{port}"]
  }
  backend "s3" {
    bucket = "states"
  }
}
`), "example.com/hiring")
	if err != nil {
		t.Fatal(err)
	}
	e, err := c.Environment("preview-42")
	if err != nil || e.Name != "preview-42" || e.Backend.Prefix != "hiring/preview-42" || e.IsTemplate() || *e.Preview != (Preview{42, "previews"}) {
		t.Errorf("got %+v, %v", e, err)
	}
	if e.Canary != nil || e.Tunnel[2] != "{local_port}:{host}:{port}" {
		t.Errorf("got %+v, %v", e.Canary, e.Tunnel)
	}
	for _, name := range []string{"preview", "preview-", "preview-0", "preview-07", "preview--7", "preview-1000000", "preview-7x", "other-7"} {
		if e, err := c.Environment(name); err == nil {
			t.Errorf("%s is %+v", name, e)
		}
	}
	if template, err := c.Template(); err != nil || template.Backend.Prefix != "hiring/preview" || *template.Canary != (Canary{10, 10 * time.Minute}) {
		t.Errorf("the template is %+v, %v", template, err)
	}
}
