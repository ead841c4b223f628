package iam

import (
	"cmp"
	"embed"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
)

// awsDocuments are policies that AWS manages, by path and name: to add one, add
// its file. https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
//
//go:embed managed
var awsDocuments embed.FS

const awsPolicyPrefix = "arn:aws:iam::aws:policy/"

func awsManaged(arn string) (managed, bool) {
	if !strings.HasPrefix(arn, awsPolicyPrefix) {
		return managed{}, false
	}
	all := allAWSManaged()
	i := slices.IndexFunc(all, func(m managed) bool { return m.ARN == arn })
	if i < 0 {
		return managed{}, false
	}
	return all[i], true
}

// allAWSManaged returns them in the order of their ARNs. They are dated 2015,
// since nothing relies on AWS's own dates.
var allAWSManaged = sync.OnceValue(func() []managed {
	var all []managed
	err := fs.WalkDir(awsDocuments, "managed", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := awsDocuments.ReadFile(file)
		all = append(all, awsPolicy(strings.TrimPrefix(file, "managed/"), string(raw)))
		return err
	})
	if err != nil {
		panic(err) // the files are part of the binary
	}
	slices.SortFunc(all, func(a, b managed) int { return cmp.Compare(a.ARN, b.ARN) })
	return all
})

func awsPolicy(file, document string) managed {
	resource := strings.TrimSuffix(file, ".json")
	dir, name := path.Split(resource)
	created := time.Date(2015, 2, 6, 0, 0, 0, 0, time.UTC)
	return managed{
		Name: name, ID: "ANPA" + strings.ToUpper(name), Path: "/" + dir, ARN: awsPolicyPrefix + resource,
		Created: created, Updated: created, Default: 1, Next: 2, Versions: []version{{1, document, created}},
	}
}
