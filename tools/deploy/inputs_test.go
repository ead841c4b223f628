package deploy

import (
	"os"
	"path/filepath"
	"testing"
)

// calling returns a root that calls a module, which calls another.
func calling(t *testing.T) Root {
	t.Helper()
	top := t.TempDir()
	r := Root{Name: "web", Dir: filepath.Join(top, "envs", "local", "web")}
	for file, content := range map[string]string{
		"envs/local/web/main.tf":             "module \"stack\" {\n  source = \"../../../stacks/web\"\n  zips = jsondecode(file(\"${path.module}/artifacts.json\"))\n  aws = file(\"${path.module}/../../../aws.config\")\n}\ndata \"aws_region\" \"current\" {}\n",
		"envs/local/web/artifacts.json":      "{}",
		"envs/local/web/.terraform.lock.hcl": "",
		"stacks/web/main.tf":                 "module \"f\" {\n  source = \"../../modules/function\"\n}\n",
		"modules/function/main.tf":           "resource \"terraform_data\" \"f\" {}\n",
		"modules/function/templates/page":    "a page",
		"modules/other/main.tf":              "",
	} {
		path := filepath.Join(top, filepath.FromSlash(file))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		writeFile(t, path, content)
	}
	return r
}

func mustInputs(t *testing.T, r Root) (key, beyond string) {
	t.Helper()
	key, beyond, err := Inputs(r)
	if err != nil {
		t.Fatal(err)
	}
	return key, beyond
}

// TestInputsChangeWithWhatAPlanReads: each file that a plan reads counts, and no
// other.
func TestInputsChangeWithWhatAPlanReads(t *testing.T) {
	for file, counts := range map[string]bool{
		"envs/local/web/main.tf":                             true,
		"envs/local/web/added.tf":                            true,
		"envs/local/web/web.auto.tfvars":                     true,
		"envs/local/web/artifacts.json":                      true,
		"envs/local/web/.terraform.lock.hcl":                 true,
		"stacks/web/main.tf":                                 true,
		"modules/function/main.tf":                           true,
		"modules/function/templates/page":                    true,
		"modules/other/main.tf":                              false,
		"aws.config":                                         true,
		"envs/local/web/.terraform/seastack.tfplan":          false,
		"envs/local/web/terraform.tfstate":                   false,
		"envs/local/web/.terraform/providers/x/y/z/registry": false,
	} {
		r := calling(t)
		before, beyond := mustInputs(t, r)
		if beyond != "" {
			t.Fatalf("beyond: %s", beyond)
		}
		path := filepath.Join(r.Dir, "..", "..", "..", filepath.FromSlash(file))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		writeFile(t, path, "# changed\n")
		if after, _ := mustInputs(t, r); (after != before) != counts {
			t.Errorf("%s: changed %t, want %t", file, after != before, counts)
		}
	}
	r := calling(t)
	before, _ := mustInputs(t, r)
	if err := os.Remove(filepath.Join(r.Dir, "artifacts.json")); err != nil {
		t.Fatal(err)
	}
	if after, _ := mustInputs(t, r); after == before {
		t.Error("a file that is gone changes nothing")
	}
}

// TestInputsSayWhatIsBeyondThem: where the files do not decide what is planned,
// nothing is proven.
func TestInputsSayWhatIsBeyondThem(t *testing.T) {
	for text, want := range map[string]string{
		`data "aws_ssm_parameter" "p" {}`:                             "the data source aws_ssm_parameter.p",
		`data "terraform_remote_state" "other" {}`:                    "the data source terraform_remote_state.other",
		"check \"up\" {\n  data \"http\" \"page\" {}\n}":              "the data source http.page",
		"locals {\n  now = timestamp()\n}":                            "the function timestamp",
		"locals {\n  x = [for a in [1] : { b = uuid() }]\n}":          "the function uuid",
		"locals {\n  x = file(\"/etc/hostname\")\n}":                  "the function file",
		"locals {\n  x = file(\"${path.module}/../x\")\n}":            "",
		"locals {\n  x = filesha256(\"${path.module}/../x\")\n}":      "the function filesha256",
		"locals {\n  x = templatefile(var.name, {})\n}":               "the function templatefile",
		"locals {\n  x = fileset(path.module, \"*\")\n}":              "",
		"locals {\n  x = filesha256(\"${path.module}/x\")\n}":         "",
		"module \"m\" {\n  source = \"terraform-aws-modules/vpc\"\n}": "the module terraform-aws-modules/vpc",
		"locals {": "a file that is not HCL: more.tf",
		`data "terraform_remote_state" "platform" {}`: "",
	} {
		for _, dir := range []string{"", "../../../modules/function"} {
			r := calling(t)
			writeFile(t, filepath.Join(r.Dir, filepath.FromSlash(dir), "more.tf"), text+"\n")
			if _, beyond := mustInputs(t, r); beyond != want {
				t.Errorf("%s in %q: beyond %q, want %q", text, dir, beyond, want)
			}
		}
	}
	r := calling(t)
	writeFile(t, filepath.Join(r.Dir, "more.tf.json"), "{}")
	if _, beyond := mustInputs(t, r); beyond != "the configuration in more.tf.json" {
		t.Errorf("beyond %q", beyond)
	}
}
