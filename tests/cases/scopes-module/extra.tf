module "good_file" {
  source = "./files"
  name   = "good"
}

module "bad_file" {
  source = "./files"
  name   = "bad"
}
