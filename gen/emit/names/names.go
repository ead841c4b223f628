// Package names says what things are called: on AWS, in Terraform and in the
// tree of files. It knows conventions and limits, and writes nothing.
package names

import (
	"path"
	"strings"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/model"
)

// Platform is the name of the root that holds what stacks share.
const Platform = "platform"

// Alias is the name of the alias that triggers and callers use.
const Alias = "live"

// Label gives a resource's label in Terraform, in the snake case of its
// conventions. Names are kebab case, so that no two give the same label.
func Label(name string) string { return strings.ReplaceAll(name, "-", "_") }

// Prefixed gives the expression of a name that is unique in an AWS account.
// Each module defines local.name_prefix for it.
func Prefixed(name string) string { return `"${local.name_prefix}-` + name + `"` }

// ScheduleRole gives the name of the role with which a function's schedule
// invokes it, without the prefix.
func ScheduleRole(function string) string { return function + "-schedule" }

// DeadLetters gives the name of a queue's dead-letter queue, without the prefix.
func DeadLetters(queue string) string { return queue + "-dlq" }

// Handler gives a handler's name as Go writes it: "web.(*Interviews).Create".
func Handler(h model.Handler) string {
	if h.Receiver == "" {
		return path.Base(h.Package) + "." + h.Name
	}
	return path.Base(h.Package) + ".(*" + h.Receiver + ")." + h.Name
}

// StartedBy says what starts a function, to follow the handler's name.
func StartedBy(t model.Trigger) string {
	switch t.Kind {
	case model.HTTPTrigger:
		return "behind " + t.HTTP.Route()
	case model.QueueTrigger:
		return "on messages of the queue " + t.Queue.Queue
	case model.ScheduleTrigger:
		return "at " + t.Schedule.Expression
	default:
		return "when it is invoked"
	}
}

// PlatformDir is the folder of the platform's module.
func PlatformDir(f config.Folders) string { return path.Join(f.Terraform, Platform) }

// ModuleDir is the folder of a stack's module.
func ModuleDir(f config.Folders, stack string) string {
	return path.Join(f.Terraform, "stacks", stack)
}

// RootDir is the folder of a root: of the platform or of a stack.
func RootDir(f config.Folders, environment, root string) string {
	return path.Join(f.Terraform, "envs", environment, root)
}

// StateFile is where the local environment keeps the state of a root, from the
// module's root.
func StateFile(root string) string { return ".seastack/local/terraform/" + root + ".tfstate" }

// LocalConfig is the shared configuration file of AWS's in which `seastack up`
// names the local cloud of a checkout, from the module's root. It is not in git.
const LocalConfig = ".seastack/local/aws.config"

// FromRoot gives a path from a root's folder to something that is given from
// the module's root.
func FromRoot(f config.Folders, target string) string {
	depth := strings.Count(RootDir(f, "e", "r"), "/") + 1
	return strings.Repeat("../", depth) + target
}

// FunctionFile gives the name, without ending, of a function's file in its
// stack's module. The names that every module has are kept for those.
func FunctionFile(function string) string {
	switch function {
	case "locals", "outputs", "variables", "versions":
		return function + "_function"
	}
	return function
}
