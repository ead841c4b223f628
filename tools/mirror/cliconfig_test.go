package mirror

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

func TestCLIConfig(t *testing.T) {
	golden(t, "terraform.rc.txt", cliConfig(`/home/o"neil/${x}/C:\cache`))
}

func TestUserConfiguration(t *testing.T) {
	home := t.TempDir()
	write := func(name, text string) {
		file := filepath.Join(home, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	o := Options{Env: []string{"HOME=" + home}}
	if runtime.GOOS == "windows" {
		t.Skip("Terraform keeps its configuration elsewhere on Windows; this test runs on the others")
	}
	if o.userInstalls() {
		t.Error("found in no file at all")
	}
	write(".terraformrc", "# provider_installation {}\nplugin_cache_dir = \"/x\"\n")
	if o.userInstalls() || !o.userSets("plugin_cache_dir") {
		t.Error("a comment counts, or a setting does not")
	}
	write(".terraform.d/mirror.tfrc.json", "{\n  \"provider_installation\": {}\n}\n")
	if !o.userInstalls() {
		t.Error("not found in the configuration directory")
	}
	o.Env = append(o.Env, "TF_CLI_CONFIG_FILE="+filepath.Join(home, "other.rc"))
	if o.userInstalls() {
		t.Error("files are read that Terraform does not read")
	}
}
