package sandbox

import (
	"os"
	"os/exec"
	"time"
)

// RuntimeAPIVariable is the variable with the address of the Runtime API.
const RuntimeAPIVariable = "AWS_LAMBDA_RUNTIME_API"

// Spec describes a process to start.
type Spec struct {
	Bootstrap string        // absolute path of the executable
	Args      []string      // its arguments
	Dir       string        // working directory
	Env       []string      // whole environment, without RuntimeAPIVariable
	Grace     time.Duration // how long the process may take to end its children, before it is killed; zero: it has none
	Line      func(string)  // is called with each line of stdout and stderr, in order; must not block for long
}

// command returns the command of spec. It has only the spec's environment: the
// local cloud's own variables must not reach a function.
func command(spec Spec, runtimeAPI string, output *os.File) *exec.Cmd {
	return &exec.Cmd{
		Path:        spec.Bootstrap,
		Args:        append([]string{spec.Bootstrap}, spec.Args...),
		Dir:         spec.Dir,
		Env:         append(append([]string{}, spec.Env...), RuntimeAPIVariable+"="+runtimeAPI),
		Stdout:      output,
		Stderr:      output, // one pipe for both keeps their lines in order
		SysProcAttr: processAttributes(),
	}
}
