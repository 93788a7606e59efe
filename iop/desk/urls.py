"""Addresses of the officials' pages, all under a municipality's own address."""

from django.urls import include, path

from .views import agreement, case, checklist, follow_ups, lists, parties, records, rules, statements, statistics

steps = [
    path("ta-emot/", case.receive_case, name="receive"),
    path("fakta/", case.facts, name="facts"),
    path("inled-dialog/", case.start_dialogue, name="start_dialogue"),
    path("borja-skriva/", case.write_agreement, name="begin_writing"),
    path("till-beslut/", case.to_decision, name="send_to_decision"),
    path("tillbaka/", case.back_to_writing, name="take_back"),
    path("borjar-galla/", case.in_force, name="enter_into_force"),
    path("avsteg/", case.override, name="override"),
    path("avsluta/", case.close_case, name="close_case"),
    path("sekretess/", case.secrecy, name="secrecy"),
    path("sekretess/slapp-in/", case.clear_people, name="clear_people"),
    path("sekretess/ta-bort/", case.open_up, name="open_up"),
    path("till-bedomning/", case.back_to_assessment, name="back_to_assessment"),
]

tabs = [
    path("", case.overview, name="case"),
    path("checklista/", checklist.checklist, name="checklist"),
    path("svar/", checklist.save_answer, name="save_answer"),
    path("parter/", parties.parties, name="parties"),
    path("parter/ny/", parties.new_party, name="new_party"),
    path("parter/offentlig/", parties.new_public_body, name="new_public_body"),
    path("parter/<int:pk>/", parties.edit_party, name="edit_party"),
    path("parter/<int:pk>/lamnar/", parties.party_leaves, name="party_leaves"),
    path("parter/<int:pk>/underlag/", parties.paper_came, name="paper_came"),
    path("parter/<int:pk>/granska/", parties.paper_reviewed, name="paper_reviewed"),
    path("parter/<int:pk>/intyg/", parties.declaration_sent, name="declaration_sent"),
    path("parter/<int:pk>/avgorande/", parties.ruling, name="ruling"),
    path("insatser/ny/", parties.new_contribution, name="new_contribution"),
    path("insatser/<int:pk>/ta-bort/", parties.contribution_removed, name="remove_contribution"),
    path("stod/nytt/", parties.new_support, name="new_support"),
    path("yttranden/", statements.statements, name="statements"),
    path("yttranden/begar/", statements.ask, name="ask_statement"),
    path("yttranden/<int:pk>/svara/", statements.reply, name="answer_statement"),
    path("moten/nytt/", statements.new_meeting, name="new_meeting"),
    path("moten/<int:pk>/hallet/", statements.meeting_held, name="meeting_held"),
    path("moten/<int:pk>/flytta/", statements.meeting_moved, name="meeting_moved"),
    path("moten/<int:pk>/stall-in/", statements.meeting_cancelled, name="meeting_cancelled"),
    path("avtal/", agreement.agreement, name="agreement"),
    path("avtal/tid/", agreement.save_term, name="save_term"),
    path("avtal/punkter/ny/", agreement.new_point, name="new_point"),
    path("avtal/punkter/<int:pk>/", agreement.save_point, name="save_point"),
    path("avtal/punkter/<int:pk>/ta-bort/", agreement.point_removed, name="remove_point"),
    path("avtal/beslut/", agreement.save_decision, name="save_decision"),
    path("avtal/underskrifter/", agreement.save_signatures, name="save_signatures"),
    path("avtal/<int:number>.pdf", agreement.pdf, name="agreement_pdf"),
    path("uppfoljning/", follow_ups.follow_ups, name="follow_ups"),
    path("uppfoljning/<int:pk>/", follow_ups.held, name="follow_up_held"),
    path("akt/", records.record_list, name="record_list"),
    path("akt/ny/", records.new_record, name="new_record"),
    path("akt/filer/<int:pk>/", records.file, name="record_file"),
    path("regelverk/", rules.newer_version, name="newer_rules"),
    path("handelser/", records.timeline, name="timeline"),
]

urlpatterns = [
    path("arbetsbord/", lists.worklist, name="worklist"),
    path("arenden/", lists.case_list, name="case_list"),
    path("arenden/<slug:reference>/", include([*tabs, *steps])),
    path("organisationer/", lists.organisation_list, name="organisation_list"),
    path("organisationer/<int:pk>/", lists.organisation, name="organisation"),
    path("avtal/", lists.agreement_list, name="agreement_list"),
    path("uppfoljning/", lists.followup_list, name="followup_list"),
    path("statistik/", statistics.statistics, name="statistics"),
    path("statistik/<slug:rule>/borja/", statistics.begin_duty, name="begin_duty"),
    path("statistik/<int:pk>/klar/", statistics.finish_duty, name="finish_duty"),
]
