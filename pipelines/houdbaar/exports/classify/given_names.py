"""Common given names: what tells a column of people from one of campaigns or products that is called 'name' too."""

from __future__ import annotations

GIVEN_NAMES = frozenset(
    """
    aaltje aart abdul abel achmed adriaan agnes ahmed aisha albert alex alexander ali alice alie amy an ana andre andrea andreas
    andrew angela anita anja ann anna anne anneke annelies annemarie annie anouk anton antonio arend arie arjan arthur astrid ayse
    aylin barbara bart bas ben benjamin bert bianca bilal bob boris bram brenda brian brigitte carla carlos carmen carolien
    caroline cees charles charlotte chris christa christian christina claire claudia cor corrie daan daniel daniela danny david
    dennis dick diana dieter dirk dora eddy edwin elena eline elisa elizabeth ellen els emily emma emre eric erik ernst esther eva
    evelien evert fatih fatima fatma femke ferry fleur floor floris frank frans franz fred freek gerard gerda gerrit gert gijs
    giovanni greet guus hakan hanna hannah hannie hans harm harry hassan heidi heleen helen hendrik henk henri henry herman hidde
    hugo ibrahim ilse ine ineke inge ingrid irene iris isabel ivo jaap jack jacob jacqueline jaime james jan jane janneke jasper
    jean jeanne jeffrey jelle jennifer jeroen jesse jessica jim jip joan joanna job joep johan johanna johannes john jolanda jonas
    jong joost joris jos jose josé josef joseph joyce juan judith julia julian julie jurgen kaan karel karen karin karl kars kate
    katja kees kelly kevin khalid kim klaas koen lars laura lena leo leon lex lia lida lieke lies linda lisa liza lotte louis
    louise luca lucas lucia luuk maaike maarten maartje manon marc marcel marco margriet maria marieke marijke marina mario marion
    marjan mark marleen marloes marta martha martijn martin martina mary mathijs matthias maud max mees mehmet melissa menno merel
    mia michael michel michelle mieke mike milan milou miriam mo mohamed mohammed monica monique mustafa nadia naomi natalie nick
    nicole niels nienke nina noah noor olaf olga oliver omar oscar otto pascal patricia patrick paul paula peter petra philip
    pierre piet pieter pim quinten rachel ralph ramon raymond rebecca remco renate rené renée richard rik rita rob robert robin
    roel roland roos rosa rosanne ruben rudolf ruth ruud ryan sam samantha samir sander sandra sanne sara sarah saskia sebastiaan
    sem serge sharon silvia simon simone sjoerd sofie sonja sophie stefan stephanie steven stijn susan susanne sven sylvia tamara
    tanja teun theo theresa thijs thomas tim timo tina tjitske tom ton trudy ursula vera veronica victor vincent wendy wessel
    wietse wilhelmina willem willemijn william wim wouter yannick youssef yusuf yvonne zeynep adam jason matt matthew
    """.split()
)
