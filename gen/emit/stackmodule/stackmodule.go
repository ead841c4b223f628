// Package stackmodule writes the Terraform module of each stack: one file per
// function with all that is the function's own, its settings, its grants and its
// trigger. It takes what stacks share, and what differs between environments, as
// variables.
package stackmodule

import (
	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/emit/convention"
	"github.com/seastack/seastack/gen/emit/output"
	"github.com/seastack/seastack/gen/emit/tf"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
)

// Files returns the files of all stacks' modules.
func Files(m model.Model, c config.Config) []output.File {
	var files []output.File
	for _, s := range m.Stacks {
		parts := map[string]*tf.File{
			"locals":    locals(m.Project, s, c.HasDevelopers()),
			"outputs":   outputs(s),
			"variables": variables(s, c.HasDevelopers()),
			"versions":  convention.Versions(c),
		}
		for _, f := range s.Functions {
			parts[names.FunctionFile(f.Name)] = function(s, f)
		}
		files = append(files, tf.Files(names.ModuleDir(c.Folders, s.Name), parts)...)
	}
	return files
}

// function returns the file of one function.
func function(s model.Stack, f model.Function) *tf.File {
	label := names.Label(f.Name)
	file := tf.New(names.Handler(f.Handler) + ", " + names.StartedBy(f.Trigger) + ".")
	lambda(file, label, s, f)
	switch f.Trigger.Kind {
	case model.HTTPTrigger:
		route(file, label, f)
	case model.QueueTrigger, model.EventTrigger, model.ObjectTrigger:
		subscription(file, label, *f.Trigger.Queue)
	case model.ScheduleTrigger:
		schedule(file, label, s, f)
	case model.AuthorizerTrigger:
		authorizer(file, label, f.Trigger.Authorizer.Authorizer)
	case model.StreamTrigger:
		functionURL(file, label, f)
	}
	return file
}
