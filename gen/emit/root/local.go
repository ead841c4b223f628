package root

import (
	"path"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/emit/names"
	"github.com/seastack/seastack/gen/emit/output"
	"github.com/seastack/seastack/gen/model"
)

const (
	configFile = "aws.config"
	profile    = "local"
)

// sharedConfig is AWS's shared configuration file of the local roots. The
// environment variable AWS_ENDPOINT_URL goes before it.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
func sharedConfig(f config.Folders) output.File {
	dir := path.Dir(names.RootDir(f, config.Local, names.Platform))
	return output.File{Path: path.Join(dir, configFile), Content: []byte(output.TerraformHeader + `

[profile ` + profile + `]
endpoint_url = http://127.0.0.1:4566
`)}
}

// Gone gives the root of a stack that the model no longer has: enough for
// Terraform to destroy what its local state still lists.
func Gone(project string, c config.Config, e config.Environment, name string) output.File {
	s := scope{model: model.Model{Project: project}, config: c, environment: e, name: name}
	return s.file(s.head())[0]
}
