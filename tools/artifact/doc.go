// Package artifact turns entrypoints into reproducible zips for AWS Lambda,
// keeps them by the digest of their bytes, and never builds what has not
// changed. It works on plain data: folders of main packages in, digests out. It
// knows nothing of annotations, of stacks beyond their names, of Terraform
// beyond the form of artifacts.json, or of AWS beyond Lambda's quotas.
//
// # The same bytes
//
// A binary depends on its sources, the toolchain and the settings. The settings
// are written out in every command and in an environment where no other
// variable of the go command is inherited (package gocmd): GOENV=off keeps out
// what `go env -w` set, GOWORK=off a workspace. What says where modules come
// from and where caches lie is passed on, since checksums vouch for the
// contents. Paths, times, commits and build ids are trimmed. A zip has one
// entry with a fixed time and mode, and the compressor is a module with a
// pinned version.
//
// Two things stay a part of the bytes, because Go records them: the text of a
// replace directive, so that an absolute path in go.mod ties the bytes to that
// path; and the version of Go, for which go.mod has a lower bound only.
//
// # One function, one program
//
// A main package imports the package of its stack, which has the handlers of all
// functions of the stack. A function is built from the part of it that its own
// main package needs (package slice), which the go command reads in the place of
// the stack's files, under their names (-overlay). So a change in the file of
// another handler, or a new one, changes neither bytes nor key.
//
// One call of the go command reads one slice of a package, and it costs 0.3 s
// before it compiles anything. Functions are therefore built in batches: the
// first of every stack, then the second, and so on. While a batch is packed, the
// next is compiled.
//
// # A change is never missed
//
// The key of a function is the digest of everything above, for exactly the
// packages that it reaches, and of its stack's package the slice: names and contents of compiled and embedded files,
// versions and sums of modules, each package's language version, the default
// GODEBUG, a profile beside its main package, flags, environment, compressor,
// and the contents of compiler, assembler and linker. So a key that the store
// knows means bytes that the store has, and a package that a function does not
// reach cannot touch its key.
//
// Which packages a function reaches only the go command can say, and it takes a
// while to. Its answer is therefore kept in a stamp, together with all that the
// answer was made from, and holds while all of that is as it was:
//
//   - the user's own files (of the main module, of modules replaced by folders, of
//     a vendor folder) are read and hashed on every run. No time stamp is trusted.
//     Files that build constraints leave out are among them, as an edit can bring
//     them in;
//   - the names in each package's folder, and in every folder below a //go:embed
//     pattern, so that an added or removed file is seen;
//   - what is absent and would matter if it appeared: vendor/modules.txt, a go.mod
//     between a package and its module's root, a profile, a folder that would claim
//     the import path of another module's package;
//   - go.mod and go.sum, and the go.mod of every module that is replaced by a
//     folder, reached or not, since it takes part in choosing versions;
//   - fetched packages, the standard library and the tools, which are read-only and
//     checksummed by contract: size, inode, modification and change time of each
//     file, and its contents as soon as one of these differs;
//   - the go command's path, version and root, the settings, and the functions.
//
// Anything else, also a stamp that cannot be read, means asking the go command
// again. When something changed within two seconds before it was asked, it is
// asked twice, and both answers and the hashes around them have to agree: else
// a file that was added in between could be in the hashes and not in the
// answer. In the same way nothing that was built enters the store unless
// contents, inodes and change times of all sources are after the build what
// they were before it.
//
// One thing the go command itself does not track, so that its own cache would
// hide a change as well: a header outside of a package's folder that one of its
// assembly files includes.
//
// A zip's bytes are hashed before they are reused, unless size, inode and times
// of its file are what they were when they were last hashed. A zip or an index
// entry that is missing, cut short or altered is built again.
//
// # Interruptions
//
// Every file of the store is written aside, synced and renamed. Builders take
// turns by a file lock, which ends with its process, and clear what a killed
// one left. A run with nothing to build takes no lock. See package store for
// the layout.
//
// # The parts
//
// This package builds and verifies. Package gocmd calls the go command, package
// inputs finds out what functions are made of, and package store keeps
// artifacts; packages fault and digest are for all of them. None of these
// imports this one, and gocmd and store import neither inputs nor each other.
package artifact
