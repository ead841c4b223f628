package root

import (
	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/emit/output"
	"github.com/seastack/seastack/gen/model"
)

// Gone returns the root of a stack that the model no longer has: enough for
// Terraform to destroy what its local state still lists.
func Gone(project string, c config.Config, e config.Environment, name string) output.File {
	s := scope{model: model.Model{Project: project}, config: c, environment: e, name: name}
	return s.file(s.head())[0]
}
