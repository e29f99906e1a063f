package commands

// commandList is every command, in the order Discord lists them. Each is in the file
// of its name.
func (r *Router) commandList() []command {
	list := []command{
		r.askCommand(),
		r.topicCommand(),
		r.visaCommand(),
		r.rightsCommand(),
		r.regionCommand(),
		r.compareCommand(),
		r.wageCommand(),
		r.hotlineCommand(),
		r.languageCommand(),
		r.privacyCommand(),
		r.helpCommand(),
		r.settingsCommand(),
		r.answerThis(),
	}
	if r.Moderation != nil {
		list = append(list, r.updatesCommand(), r.updateCommand(), r.knowledgeCommand())
	}
	return list
}

// actionList is every button, menu and form.
func (r *Router) actionList() []action {
	return []action{
		r.askButton(), r.askSent(),
		r.topicAction(), r.details(), r.person(), r.plainCopy(), r.tongue(), r.clear(),
		r.share(), r.shareNow(),
		r.good(), r.bad(), r.reason(),
		r.reveal(),
		r.areas(), r.areaAction(), r.pick(),
		r.placesAction(), r.placesIn(), r.place(),
		r.compareWith(), r.compare(),
		r.hotline(),
		r.languageAction(), r.help(),
		r.privacy(), r.privacyFile(), r.privacyDelete(),
		r.settingsShow(), r.settingsPart(), r.settingsSet(),
		r.newsButton(), r.newsRead(), r.newsBoard(), r.newsSubscribe(), r.newsSet(),
		r.updateAction(), r.updateForm(), r.updateSent(), r.lineButton(),
		r.mendAction(), r.mendForm(), r.mendSent(),
	}
}
