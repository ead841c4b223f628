package deploy

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const rootSource = `# A remark.
terraform {
  required_version = ">= 1.11"
  backend "s3" {
    bucket = "states"
    key    = "shop/web.tfstate"
  }
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

module "stack" {
  source  = "../../../stacks/web"
  memory  = 128
}

resource "aws_launch_template" "worker" {
  version = "1"
  region  = "eu-west-1"
  text    = <<-EOT
    backend "s3" {}
  EOT
}
`

// initialised returns a root as an init leaves it, with a provider that is a link.
func initialised(t *testing.T) Root {
	t.Helper()
	r := Root{Name: "web", Dir: filepath.Join(t.TempDir(), "envs", "local", "web")}
	stack := filepath.Join(r.Dir, "..", "..", "..", "stacks", "web")
	for _, dir := range []string{r.Dir, stack} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	writeFile(t, filepath.Join(r.Dir, "main.gen.tf"), rootSource)
	provider := filepath.Join(r.Dir, ".terraform", "providers", "registry.terraform.io", "hashicorp", "aws", "6.13.0", "linux_amd64")
	for _, dir := range []string{filepath.Dir(provider), filepath.Join(r.Dir, ".terraform", "modules"), filepath.Join(r.Dir, "mirror")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(r.Dir, "mirror"), provider); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(r.Dir, "mirror", "terraform-provider-aws_v6.13.0_x5"), "program")
	writeFile(t, filepath.Join(r.Dir, ".terraform.lock.hcl"), "")
	writeFile(t, filepath.Join(r.Dir, ".terraform", "modules", "modules.json"), "{}")
	if err := stampInit(r); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestNeedsInit(t *testing.T) {
	edit := func(old, replacement string) func(*testing.T, Root) {
		return func(t *testing.T, r Root) {
			writeFile(t, filepath.Join(r.Dir, "main.gen.tf"), strings.Replace(rootSource, old, replacement, 1))
		}
	}
	remove := func(name string) func(*testing.T, Root) {
		return func(t *testing.T, r Root) {
			if err := os.RemoveAll(filepath.Join(r.Dir, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, c := range []struct {
		name   string
		change func(*testing.T, Root)
		want   bool
	}{
		{"nothing", func(*testing.T, Root) {}, false},
		{"a remark", edit("A remark.", "Another."), false},
		{"an argument of a module", edit("128", "256"), false},
		{"the same bytes again", edit("", ""), false},
		{"a remark in the backend", edit("bucket =", "# Here.\n    bucket   ="), false},
		{"arguments of a resource that are called as those of a backend", edit(`version = "1"`, `version = "2"`), false},
		{"a text that looks like a backend", edit(`backend "s3" {}`, `backend "local" {}`), false},
		{"a resource more", edit("# A remark.", `resource "aws_sqs_queue" "q" {}`), false},
		{"a resource of another provider", edit("# A remark.", `resource "random_id" "id" {}`), true},
		{"a resource that names another provider", edit("# A remark.", "resource \"aws_sqs_queue\" \"q\" {\n  provider = other.alias\n}"), true},
		{"a source on a line with others", edit(`module "stack" {`, `module "one" { source = "./one" }
module "stack" {`), true},
		{"a file that is no HCL", edit("# A remark.", "terraform {"), true},
		{"the backend", edit(`"s3"`, `"local"`), true},
		{"the backend's bucket", edit(`"states"`, `"others"`), true},
		{"the backend's key", edit("web.tfstate", "jobs.tfstate"), true},
		{"a provider's version", edit("~> 6.0", "~> 7.0"), true},
		{"a provider's source", edit("hashicorp/aws", "example/aws"), true},
		{"terraform's version", edit(">= 1.11", ">= 1.12"), true},
		{"a module's source", edit("stacks/web", "stacks/jobs"), true},
		{"another module", edit("# A remark.", "module \"more\" {\n  source = \"./more\"\n}"), true},
		{"a file more", func(t *testing.T, r Root) {
			writeFile(t, filepath.Join(r.Dir, "mine.tf"), "module \"mine\" {\n  source = \"./mine\"\n}\n")
		}, true},
		{"a function more in the stack's module", func(t *testing.T, r Root) {
			writeFile(t, filepath.Join(r.Dir, "../../../stacks/web/more.gen.tf"), "module \"more\" {\n  source = \"../../modules/function\"\n}\n")
		}, true},
		{"a setting in the stack's module", func(t *testing.T, r Root) {
			writeFile(t, filepath.Join(r.Dir, "../../../stacks/web/more.gen.tf"), "locals {\n  more = 1\n}\n")
		}, false},
		{"the stamp is gone", remove(".terraform/seastack-init"), true},
		{"the lock file is gone", remove(".terraform.lock.hcl"), true},
		{"the modules are gone", remove(".terraform/modules"), true},
		{"the providers are gone", remove(".terraform/providers"), true},
		{"the mirror is gone", remove("mirror"), true},
		{"another provider", func(t *testing.T, r Root) {
			writeFile(t, filepath.Join(r.Dir, "mirror", "terraform-provider-aws_v6.13.0_x5"), "another program")
		}, true},
		{"all is gone", remove(".terraform"), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := initialised(t)
			c.change(t, r)
			if got, err := NeedsInit(r); got != c.want || err != nil {
				t.Errorf("NeedsInit = %t, %v; want %t", got, err, c.want)
			}
		})
	}
}

// TestNeedsInitElsewhere: what stands below .terraform leads from the folder it was made in.
func TestNeedsInitElsewhere(t *testing.T) {
	r := initialised(t)
	moved := Root{Name: r.Name, Dir: filepath.Join(t.TempDir(), "moved")}
	if err := os.Rename(r.Dir, moved.Dir); err != nil {
		t.Fatal(err)
	}
	if got, err := NeedsInit(moved); !got || err != nil {
		t.Errorf("NeedsInit = %t, %v", got, err)
	}
}

func TestNeedsInitWithoutFiles(t *testing.T) {
	if _, err := NeedsInit(Root{Name: "web", Dir: t.TempDir()}); err == nil {
		t.Error("a folder without .tf files is a root")
	}
}
