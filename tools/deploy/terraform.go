// Package deploy runs Terraform over the generated roots and tells, from
// Terraform's JSON and never from its prose, what a plan would do. It knows
// nothing of Go code, builds or the local cloud.
package deploy

import (
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-exec/tfexec"
)

// stopDelay is how long a stopped terraform may take to finish the calls that
// it has begun and to write its state.
const stopDelay = 60 * time.Second

// Root is one Terraform root of an environment.
type Root struct {
	Name string // "platform", or a stack's
	Dir  string // absolute
}

// Plan is the file of the root's saved plan; it is git-ignored with its folder.
func (r Root) planFile() string { return filepath.Join(r.Dir, ".terraform", "seastack.tfplan") }

// Terraform runs one terraform binary.
type Terraform struct {
	Path        string
	Environ     []string // of the commands; TF_VAR_* become -var options
	CLIConfig   string   // TF_CLI_CONFIG_FILE where not empty
	PluginCache string   // TF_PLUGIN_CACHE_DIR where not empty
}

func (t *Terraform) command(r Root) (*tfexec.Terraform, error) {
	tf, err := tfexec.NewTerraform(r.Dir, t.Path)
	if err != nil {
		return nil, err
	}
	if err := tf.SetEnv(t.env()); err != nil {
		return nil, err
	}
	return tf, tf.SetWaitDelay(stopDelay)
}

// env is the environment of every command: the user's, less what would change
// Terraform's output or its meaning.
func (t *Terraform) env() map[string]string {
	env := map[string]string{"CHECKPOINT_DISABLE": "1"}
	for _, kv := range t.Environ {
		name, value, _ := strings.Cut(kv, "=")
		env[name] = value
	}
	if t.CLIConfig != "" {
		env["TF_CLI_CONFIG_FILE"] = t.CLIConfig
	}
	if t.PluginCache != "" {
		env["TF_PLUGIN_CACHE_DIR"] = t.PluginCache
	}
	for _, name := range append(tfexec.ProhibitedEnv(env), "TF_DATA_DIR") { // one folder for all roots would mix them up
		delete(env, name)
	}
	return env
}

// vars returns the TF_VAR_* of the environment as assignments, sorted.
func (t *Terraform) vars() (vars []string) {
	for _, kv := range t.Environ {
		if assignment, ok := strings.CutPrefix(kv, "TF_VAR_"); ok {
			vars = append(vars, assignment)
		}
	}
	slices.Sort(vars)
	return vars
}
