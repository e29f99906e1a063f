package commands

// commandList is every command, in the order Discord lists them. Each is in the file
// of its name.
func (r *Router) commandList() []command {
	return []command{}
}

// actionList is every button, menu and form.
func (r *Router) actionList() []action {
	return []action{}
}
