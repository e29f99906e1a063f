package knowledge

import (
	"embed"
	"io/fs"
)

//go:embed topics facts chat outside *.yaml
var embedded embed.FS

// Embedded returns the knowledge compiled into the program.
func Embedded() fs.FS { return embedded }
