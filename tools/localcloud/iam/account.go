package iam

import (
	"time"

	"github.com/seastack/seastack/tools/localcloud/wire"
)

func (s *Service) accountOperations() []wire.Operation {
	return []wire.Operation{
		operation("GetUser", nil, s.getUser),
		operation("ListAccountAliases", nil, s.listAliases),
	}
}

type userInput struct{ UserName string }

type userShape struct {
	UserID     string `xml:"UserId"`
	ARN        string `xml:"Arn"`
	CreateDate time.Time
}

type userOutput struct{ User userShape }

// getUser knows only the root user, whom every access key that is not of a
// session belongs to.
func (s *Service) getUser(in *userInput) (*userOutput, error) {
	if in.UserName != "" {
		return nil, noSuchEntity("The user with name %s cannot be found.", in.UserName)
	}
	root := s.root()
	return &userOutput{userShape{UserID: root.UserID, ARN: root.ARN, CreateDate: time.Unix(0, 0).UTC()}}, nil
}

type aliasesOutput struct {
	AccountAliases wire.List[string]
	page
}

func (s *Service) listAliases(in *paging) (*aliasesOutput, error) {
	some, p, err := cut([]string(nil), *in)
	return &aliasesOutput{some, p}, err
}

func (s *Service) root() wire.Principal {
	return wire.Principal{ARN: "arn:aws:iam::" + s.env.Account + ":root", UserID: s.env.Account}
}
