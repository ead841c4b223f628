package sandbox

import (
	"os"
	"os/exec"
)

// RuntimeAPIVariable is the variable with the address of the Runtime API.
const RuntimeAPIVariable = "AWS_LAMBDA_RUNTIME_API"

// Spec describes a process to start.
type Spec struct {
	Bootstrap string       // absolute path of the executable
	Dir       string       // working directory
	Env       []string     // whole environment, without RuntimeAPIVariable
	Line      func(string) // is called with each line of stdout and stderr, in order; must not block for long
}

// command returns the command of spec. It has only the spec's environment: the
// local cloud's own variables must not reach a function.
func command(spec Spec, runtimeAPI string, output *os.File) *exec.Cmd {
	return &exec.Cmd{
		Path:        spec.Bootstrap,
		Args:        []string{spec.Bootstrap},
		Dir:         spec.Dir,
		Env:         append(append([]string{}, spec.Env...), RuntimeAPIVariable+"="+runtimeAPI),
		Stdout:      output,
		Stderr:      output, // one pipe for both keeps their lines in order
		SysProcAttr: processAttributes(),
	}
}
