/// Two English sentences and how alike they are in meaning.
struct SentencePair: Hashable, Sendable {
  /// 5: the same; 4: the same but for details; 3: much the same, with an important difference; 2: a shared detail;
  /// 1: a shared field; 0: nothing shared.
  let likeness: Double
  let first: String
  let second: String
}

/// The sentences that `minilm-l6` reads, written for this purpose: 20 pairs for each likeness, and 32 to calibrate.
///
/// They are source code, and not a file beside it, so that the program finds them wherever it is moved to. Each table
/// has a sentence a line; two lines are a pair.
enum SentencePairs {
  /// All pairs; neighbours differ in likeness, so that any few of them cover the scale.
  static let all: [SentencePair] = {
    let tables = [unrelated, sameField, sharedDetail, importantDifference, sameButForDetails, sameMeaning].map(lines)
    return (0..<20 * tables.count).map { i in
      let (table, row) = (tables[i % tables.count], 2 * (i / tables.count))
      return SentencePair(likeness: Double(i % tables.count), first: table[row], second: table[row + 1])
    }
  }()

  /// Sentences that appear in no pair.
  static let calibration = lines(furtherSentences)

  private static func lines(_ text: String) -> [String] { text.split(separator: "\n").map(String.init) }

  private static let unrelated = """
    A man is peeling a potato.
    The committee postponed its decision on the new airport.
    The elephant sprayed water over its back.
    Quarterly profits exceeded the expectations of analysts.
    She plays chess with her grandfather every Sunday.
    The pipeline carries gas from the coast to the capital.
    The mountain hut is open from June to September.
    Please enter your password twice.
    The bees returned to their hive in the evening.
    The defendant refused to answer the question.
    The opera house has a famous ceiling.
    My tyre was flat this morning.
    The spaceship reached orbit after eight minutes.
    Grandmother knits a scarf of green wool.
    The plumber replaced the broken pipe in the cellar.
    Penguins cannot fly, but they swim very well.
    Inflation fell to two percent in March.
    The little boy is afraid of spiders.
    Photosynthesis turns light into chemical energy.
    The goalkeeper wore a yellow jersey.
    The dentist filled two of his teeth.
    The castle stands on a hill above the river.
    Lightning struck the church tower.
    The spreadsheet has too many columns.
    A flock of geese crossed the evening sky.
    The treaty was signed by twelve countries.
    The soup needs a little more salt.
    The new processor has sixty-four cores.
    They danced until the band stopped playing.
    Copper conducts electricity better than iron.
    The lighthouse guides ships around the cliffs.
    His homework was full of spelling mistakes.
    The auction of the painting lasted four minutes.
    Frogs lay their eggs in shallow ponds.
    The elevator is stuck between two floors.
    Medieval monks copied books by hand.
    The marathon starts at the stadium at eight o'clock.
    Mushrooms grow well in damp cellars.
    The keyboard is missing a key.
    The desert blooms after a rare rain.
    """

  private static let sameField = """
    A woman is putting on make-up in front of a mirror.
    The hairdresser opens at nine on Saturdays.
    The violinist tuned her instrument before the concert.
    Tickets for the festival are sold out.
    The striker scored twice in the second half.
    Tennis rackets are made of carbon fibre today.
    Interest rates will stay low this year.
    The factory exports machine tools to Asia.
    The pasta should boil for eight minutes.
    A good knife is the most important tool of a cook.
    The satellite circles the earth every ninety minutes.
    Galileo observed the moons of Jupiter.
    The nurse measured his blood pressure.
    Many villages have no pharmacy any more.
    The tram line will be extended to the university.
    Cyclists demand wider lanes along the main road.
    The senate debated the law for six hours.
    The mayor opened the Christmas market.
    The volcano on the island has been quiet for a century.
    A glacier shaped this valley during the last ice age.
    The kitten climbed up the curtains.
    Zebras live in herds on the savanna.
    The database stores every order of the last ten years.
    Programmers often work late at night.
    The carpenter made a table of oak.
    We need a new lamp for the living room.
    The poem was translated into twelve languages.
    The actor forgot his lines in the first scene.
    The sailor tied the boat to the pier.
    Whales can dive deeper than a thousand metres.
    The thief escaped through a window.
    The lawyer wrote a long letter to the court.
    The students protested against higher fees.
    The kindergarten has a garden with a swing.
    It snowed for three days without a break.
    The summer was the hottest since records began.
    The vineyard produces a dry white wine.
    He ordered a cup of coffee and a croissant.
    The surgeon operated for seven hours.
    Regular exercise lowers the risk of a heart attack.
    """

  private static let sharedDetail = """
    A man is playing the piano.
    A woman is singing while someone plays the violin.
    The dog is barking at the mailman.
    The dog is sleeping in its basket.
    Oil prices rose after the meeting of the producers.
    The price of gold reached a new record.
    She is cooking dinner for her family.
    She is washing the dishes after a party.
    The bus stops in front of the town hall.
    The town hall was built in the nineteenth century.
    The football player signed a contract for three years.
    Football fans celebrated in the streets all night.
    The bridge is closed for repairs until October.
    A ferry carries cars across the river every hour.
    Wolves have returned to the forests of the north.
    The forest is a popular place for hikers.
    The patient was brought to hospital with a broken leg.
    The hospital is looking for more nurses.
    He bought a used car from his cousin.
    His cousin repairs bicycles in a garage.
    The comet will be visible to the naked eye in April.
    The telescope took pictures of a distant galaxy.
    The bakery sells fresh bread from six in the morning.
    This wheat is ground into flour at an old mill.
    A storm damaged the roof of the school.
    The school will get a new sports hall.
    The laptop has sixteen gigabytes of memory.
    My computer crashed while I was writing a report.
    Police arrested a suspect after the robbery.
    Police closed the road after an accident.
    The novel tells the story of a family in Lisbon.
    The author lived in Portugal for many years.
    The swimmer broke the world record over one hundred metres.
    The swimming pool opens again in May.
    The farmer milks his cows at dawn.
    Cheese from this valley is famous in the whole country.
    The election takes place in September.
    The party chose a new leader on Sunday.
    Children should drink enough water in summer.
    The water in the lake is too cold for swimming.
    """

  private static let importantDifference = """
    A man is riding a horse on the beach.
    A man is leading a horse along a trail.
    The stock market fell sharply on Monday.
    The stock market recovered slightly on Tuesday.
    The girl is reading a book under a tree.
    The girl is writing a letter under a tree.
    The airline cancelled forty flights because of fog.
    The airline delayed a few flights because of a strike.
    She baked a chocolate cake for her daughter's birthday.
    She bought a cake for her neighbour's party.
    The court sentenced the man to five years in prison.
    The man was acquitted by the court of all charges.
    The engine makes a strange noise when it is cold.
    The car does not start when it is cold.
    The earthquake destroyed many houses in the region.
    An earthquake was felt in the region, but nobody was hurt.
    He runs five kilometres every morning before work.
    He swims in the lake every morning before work.
    The university opened a new laboratory for chemistry.
    The university closed its old chemistry department.
    A boy is throwing a ball to his dog.
    A girl is throwing a stick for her puppy.
    The restaurant serves excellent fish but is expensive.
    The restaurant has cheap pizza and friendly waiters.
    The minister announced new taxes on fuel.
    The minister promised lower taxes on food.
    The orchestra performed a symphony by Beethoven.
    The orchestra rehearsed an opera by Mozart.
    The team lost the match in the last minute.
    The team won the match after extra time.
    A plane landed safely after one engine failed.
    A plane crashed into the sea after an engine failure.
    The company will hire five hundred workers next year.
    The company dismissed two hundred workers this spring.
    The doctor prescribed antibiotics for the infection.
    The doctor recommended rest and plenty of water for the cold.
    Our neighbours painted their house blue.
    Our neighbours sold their house last month.
    The teacher explained the rules of grammar.
    The teacher corrected the grammar test.
    """

  private static let sameButForDetails = """
    A woman is slicing a red onion.
    A woman is cutting an onion in the kitchen.
    The president gave a speech about the economy on Tuesday.
    The president spoke about the economy this week.
    A dog runs through the tall grass.
    A brown dog is running through a grassy field.
    The concert was cancelled because the singer was ill.
    The show was called off after the singer fell sick on Friday.
    Two boys are playing football in the park.
    A few boys play football on the grass of a park.
    The new phone has a better camera and a larger screen.
    The new smartphone comes with an improved camera.
    Firefighters put out the blaze in the warehouse after four hours.
    Firefighters extinguished the warehouse fire overnight.
    She has worked as a nurse in this hospital for ten years.
    She has been a nurse at the hospital for about a decade.
    The river burst its banks and flooded the village.
    The village was flooded when the river overflowed after the storm.
    Farmers fear that the drought will ruin the wheat harvest.
    Farmers are worried about their harvest because of the drought.
    The chef prepared a soup of pumpkin and ginger.
    The cook made a pumpkin soup for the guests.
    He is learning Spanish because he wants to move to Madrid.
    He studies Spanish since he plans to live in Spain.
    The hotel room was small but very clean.
    Our hotel room was clean, though rather small and a little dark.
    The city plans to build three new schools by 2030.
    The city wants to open new schools within the next years.
    A cyclist was injured in a collision with a car.
    A cyclist was hurt when a car hit her at a crossing.
    The printer is out of paper again.
    There is no paper left in the printer on the second floor.
    The gallery shows early works of the painter.
    The gallery exhibits paintings from the artist's youth.
    The vaccine protects against the most common strains of the virus.
    The new vaccine is effective against most variants of the virus.
    Passengers waited for hours at the crowded airport.
    Travellers had to wait a long time at the airport.
    The software update fixes a serious security problem.
    The latest update closes a security hole in the program.
    """

  private static let sameMeaning = """
    A man is playing a guitar on the stage.
    A man plays the guitar on stage.
    The train to Berlin was delayed by two hours.
    The Berlin train was two hours late.
    She bought a new pair of running shoes yesterday.
    Yesterday she purchased a new pair of running shoes.
    The children are building a sandcastle on the beach.
    Kids are making a sand castle at the beach.
    The bank will be closed on Monday because of the holiday.
    Because of the holiday, the bank is not open on Monday.
    Scientists discovered water ice near the pole of the moon.
    Researchers found frozen water close to the moon's pole.
    He forgot his umbrella at the office.
    He left his umbrella at the office by mistake.
    The recipe needs three eggs and a cup of flour.
    You need three eggs and one cup of flour for this recipe.
    The old bridge was demolished last summer.
    Last summer the old bridge was torn down.
    My phone's battery runs out too quickly.
    The battery of my phone drains too fast.
    The judge rejected the appeal.
    The appeal was turned down by the judge.
    Our flight leaves at six in the morning.
    Our plane departs at 6 a.m.
    The company raised its prices by ten percent.
    The firm increased prices by 10 percent.
    A black cat is sleeping on the sofa.
    A black cat is asleep on the couch.
    Please turn off the lights before you leave.
    Switch the lights off before leaving, please.
    The doctor told him to stop smoking.
    He was advised by the doctor to quit smoking.
    Heavy rain flooded several streets in the city.
    Several city streets were flooded by heavy rain.
    The museum offers free admission for students.
    Students can visit the museum free of charge.
    The team won the championship for the third time.
    It was the third time that the team won the championship.
    The library has more than one million books.
    The library holds over a million books.
    """

  private static let furtherSentences = """
    The post office closes at noon on Saturdays.
    A girl in a red coat is feeding the ducks.
    The engineers tested the bridge with heavy trucks.
    I would like a table for four near the window.
    The report was published three weeks later than planned.
    Strong winds are expected along the coast tonight.
    He has collected stamps since he was a child.
    The bus driver waited until everyone was seated.
    This medicine should not be taken on an empty stomach.
    The price of electricity has doubled within two years.
    Two men are repairing the roof of a barn.
    The exhibition shows photographs from the nineteen sixties.
    Which of these keys opens the garage?
    The players shook hands after the final whistle.
    An old map of the harbour hangs in the hall.
    The soil in this valley is rich and dark.
    She speaks four languages and is learning a fifth.
    The satellite lost contact with the ground station.
    Our dog always hides when there is thunder.
    The tailor shortened the trousers by three centimetres.
    A crowd gathered in front of the parliament.
    Boil the potatoes, drain them, and let them cool.
    The author read from her latest novel.
    The lake freezes only in very cold winters.
    The camera takes twenty pictures a second.
    Nobody knew where the money had come from.
    The pilot announced that we would land in ten minutes.
    A thin layer of dust covered the furniture.
    The children sang a song for their teacher, and everybody in the room clapped for a long time.
    Although the weather was bad, more than three thousand people came to the opening of the new park.
    It is not clear yet whether the company will keep its factory in the north of the country.
    Stop!
    """
}
